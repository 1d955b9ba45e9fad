/* What require.cjs has: everything but the class KubecredError, which is in the ES module. */
import type * as kubecred from "./types.js" with { "resolution-mode": "import" };

export declare const open: typeof kubecred.open;
export declare const isKubecredError: typeof kubecred.isKubecredError;
