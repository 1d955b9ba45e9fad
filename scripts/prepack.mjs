/*
 * Refuses to pack the package before it was built. npm runs it before `npm pack` and `npm publish` in pkg/. The release and the tests pack by
 * scripts/pack.mjs, which asks the same, and leaves this script out of the published package.json.
 */
import { notBuilt, source } from "./pack.mjs";

const why = notBuilt(source);
if (why) {
  console.error(why);
  process.exitCode = 1;
}
