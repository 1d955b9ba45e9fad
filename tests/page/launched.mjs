// npx kubecred as the tests start it: without a terminal, so it names the file that leads to its link.
import { linkOf, run } from "../package/launch-fake.mjs";
import { kubectlPath } from "../support/place.mjs";

/** { started: the program, file, link } */
export async function launch(args) {
  const started = run(["--kubectl", kubectlPath(), "--no-open", ...args]);
  return { started, ...(await linkOf(started)) };
}
