"use client";
/*
 * kubecred/react: hooks with the package's own worker and module next to it.
 */
import { open } from "../index.js";
import { useRequest, useSession } from "./hooks.js";

/** @import { OpenOptions } from "../index.js" */
/** @import { KubeconfigRequestOptions } from "./index.js" */

/** @param {OpenOptions} [options] */
export const useKubecred = (options) => useSession(open, options);

/** @param {KubeconfigRequestOptions} options */
export const useKubeconfigRequest = (options) => useRequest(open, options);
