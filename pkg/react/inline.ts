"use client";
/*
 * kubecred/react/inline: the same hooks with kubecred/inline, for one-file builds such as Headlamp plugins.
 */
import { open } from "../inline.js";
import { useRequest, useSession } from "./hooks.js";
import type { KubeconfigRequestOptions } from "./types.js";
import type { OpenOptions } from "../types.js";

export const useKubecred = (options?: OpenOptions) => useSession(open, options);

export const useKubeconfigRequest = (options: KubeconfigRequestOptions) => useRequest(open, options);
