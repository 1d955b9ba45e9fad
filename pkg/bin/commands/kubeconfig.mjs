// @ts-check
/* A kubeconfig that a command works on. */
import { REFUSED, Stop } from "./arguments.mjs";
import { read } from "./files.mjs";
import { nameOf } from "./output.mjs";
import { refusal } from "./refusals.mjs";

/** @param {import("../../types.js").Kubecred} kubecred @param {string} file */
export async function readKubeconfig(kubecred, file) {
  const bytes = await read(file);
  try {
    return await kubecred.kubeconfig.parse(bytes);
  } catch (error) {
    throw new Stop(`${nameOf(file)}: ${refusal(error).message}`, REFUSED);
  }
}
