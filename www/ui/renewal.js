// When a certificate is to be renewed, in words and as a calendar file: nothing renews it by itself.
import { el, announce } from "./dom.js";
import { explain, sentence } from "./findings.js";
import { fileName } from "./names.js";
import { when } from "./dates.js";
import { saveText } from "./save.js";
import { session } from "../shared/session.js";

/**
 * What is to be done by when; an expired certificate says so in its bar already.
 * @param {import("../kubecred/index.js").CertificateReport} report
 */
function due({ renewalDue, notAfter }) {
  const now = Date.now();
  const by = new Date(renewalDue ?? notAfter).getTime();
  if (new Date(notAfter).getTime() <= now) return ["Renew it to use it again. "];
  return by <= now ? ["Renew it now. "] : ["Renew by ", when(by), ". "];
}

/**
 * `report` is a CertificateReport; `pem` gives its certificate, or a promise of it. More buttons may follow.
 * @param {import("../kubecred/index.js").CertificateReport} report
 * @param {() => string | Promise<string>} pem
 * @param {...HTMLElement} buttons
 */
export function renewalLine(report, pem, ...buttons) {
  async function save() {
    try {
      const { text } = await (await session()).certificates.renewalReminder(await pem());
      saveText(text, fileName("renew", report.user, "ics"));
    } catch (error) {
      announce(sentence(explain(error)), { seen: true });
    }
  }
  const over = new Date(report.notAfter).getTime() <= Date.now();
  return el(
    "div",
    { class: "hint renewal" },
    ...due(report),
    over ? "" : el("button", { type: "button", class: "small", onclick: save }, "Add to calendar (.ics)"),
    ...buttons.flatMap((button) => [" ", button]),
  );
}
