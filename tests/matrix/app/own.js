// For bundlers that move no files: the worker is an entry of its own, and the module is copied.
import { open } from "kubecred";
import { flow, show } from "./flow.js";

const here = new URL(".", import.meta.url);
const options = { wasm: new URL("core_bg.wasm", here), worker: () => new Worker(new URL("worker.js", here), { type: "module" }) };
show(flow(open, options)).catch(() => {});
