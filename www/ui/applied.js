// What became of objects that were written to the cluster, one line each.
import { el } from "./dom.js";
import { explain, sentence } from "./findings.js";
import { name } from "./names.js";

/** @import { AppliedObject } from "../kubecred/index.js" */

/** @type {Record<string, string>} */
const RESULTS = { created: "created", configured: "changed", unchanged: "already exists, unchanged", failed: "failed" };

/** @param {readonly AppliedObject[]} results */
export const appliedList = (results) =>
  el(
    "ul",
    { class: "findings results" },
    ...results.map(({ object, result, error }) => {
      const { kind, metadata } = /** @type {any} */ (object);
      return el(
        "li",
        { class: error ? "error" : "good", "data-result": result },
        el("span", {}, el("b", {}, kind), " ", name(metadata?.name), `: ${RESULTS[result]}`, error ? el("span", {}, ". ", sentence(explain(error))) : ""),
      );
    }),
  );
