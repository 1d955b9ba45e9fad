"use client";
/*
 * kubecred/react: hooks with the package's own worker and module next to it.
 */
import { open } from "../index.js";
import { useRequest, useSession } from "./hooks.js";
import type { KubeconfigRequestOptions } from "./types.js";
import type { OpenOptions } from "../types.js";

export const useKubecred = (options?: OpenOptions) => useSession(open, options);

export const useKubeconfigRequest = (options: KubeconfigRequestOptions) => useRequest(open, options);
