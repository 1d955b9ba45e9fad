"use client";
/*
 * kubecred/react/inline: the same hooks with kubecred/inline, for one-file builds such as Headlamp plugins.
 */
import { open } from "../inline.js";
import { useRequest, useSession } from "./hooks.js";

/** @import { OpenOptions } from "../index.js" */
/** @import { KubeconfigRequestOptions } from "./index.js" */

/** @param {OpenOptions} [options] */
export const useKubecred = (options) => useSession(open, options);

/** @param {KubeconfigRequestOptions} options */
export const useKubeconfigRequest = (options) => useRequest(open, options);
