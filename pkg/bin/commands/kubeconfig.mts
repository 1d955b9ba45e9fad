/* A kubeconfig that a command works on. */
import { REFUSED, Stop } from "./arguments.mjs";
import { read } from "./files.mjs";
import { nameOf } from "./output.mjs";
import { refusal } from "./refusals.mjs";
import type { Kubecred } from "../../types.js";

export async function readKubeconfig(kubecred: Kubecred, file: string) {
  const bytes = await read(file);
  try {
    return await kubecred.kubeconfig.parse(bytes);
  } catch (error) {
    throw new Stop(`${nameOf(file)}: ${refusal(error).message}`, REFUSED);
  }
}
