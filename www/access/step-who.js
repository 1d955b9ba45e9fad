// Step 1: who you are. A user name, and groups as chips.
import { el, find, announce } from "../ui/dom.js";
import { holdUntil } from "../ui/hold.js";
import { nameChips } from "../ui/chips.js";
import { name, nameList } from "../ui/names.js";
import { clearRemarks, sentence, showError, showFindings } from "../ui/findings.js";
import { session } from "../shared/session.js";

/** @import { Flow } from "./flow.js" */

/** @import { Subject } from "../kubecred/index.js" */

// The core names the field of a name that cannot be used, and what is wrong with it.
function atField(/** @type {any} */ error) {
  const [{ field, message } = {}] = error.code === "invalid-subject" ? (error.details ?? []) : [];
  if (!field || field === "groups") return {};
  return { field, says: message };
}

/** Who somebody said they are, for the line of the step that is done. */
export const whoWords = (/** @type {{ user: string, groups: readonly string[] }} */ { user, groups }) => [
  name(user),
  ...(groups.length ? [" in ", ...nameList(groups)] : [", without a group"]),
];

export function startWho(/** @type {Flow} */ flow) {
  const form = find("#who");
  const user = find("#user");
  const groups = nameChips(find("#groups"), { describedBy: "groups-hint", form });

  find("#who-back").addEventListener("click", () => flow.useKeyFile());
  const all = find("#who-all");
  const lifetime = find("#who-lifetime");
  for (const choice of find("#lifetimes").querySelectorAll("label")) {
    const { value, checked } = find("input", choice);
    lifetime.append(el("option", { value, selected: checked }, choice.textContent));
  }
  form.addEventListener("input", () => clearRemarks(form));
  /** What was warned about and is wanted nevertheless. */
  let warned = "";
  let busy = false;

  find("#lifetimes").addEventListener("change", () => {
    lifetime.value = find("#lifetimes input:checked").value;
  });
  find("#who-steps").addEventListener("click", () => once(false));
  form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void once(true);
  });
  async function once(/** @type {boolean} */ wholly) {
    if (busy) return;
    busy = true;
    await check(wholly).finally(() => {
      busy = false;
    });
  }
  async function label() {
    all.textContent = (await flow.sends()) ? "Create key and send request" : "Create key and request file";
  }
  holdUntil([all], label());

  /** Names are checked before anything is created; with `wholly`, key and request follow, and a warning is shown once before that. */
  async function check(/** @type {boolean} */ wholly) {
    clearRemarks(form);
    user.value = user.value.replace(/^[ \t]+|[ \t]+$/g, ""); // copied along, and hardly ever meant
    const wanted = { user: user.value, groups: groups.read() };
    try {
      const findings = await (await session()).csr.lintSubject(wanted);
      const wrong = showFindings(form, findings);
      if (wrong) {
        announce(
          findings
            .filter(({ level }) => level === "error")
            .map(({ message }) => sentence(message))
            .join(" "),
        );
        return wrong.focus();
      }
      const warnings = findings.filter(({ level }) => level === "warning").map(({ message }) => sentence(message));
      const said = JSON.stringify(wanted);
      if (wholly && warnings.length > 0 && warned !== said) {
        warned = said;
        return announce(`${warnings.join(" ")} To request it nevertheless, press the button again.`, { seen: true });
      }
    } catch (error) {
      showError(form, error, atField(error));
      return;
    }
    take(wanted);
    if (flow.setLifetime(lifetime.value)) flow.drop("request");
    flow.next();
    if (wholly && (await flow.createKey()) && flow.request === null) await flow.submit();
  }

  function take(/** @type {{ user: string, groups: readonly string[] }} */ wanted) {
    if (wanted.user !== flow.user || wanted.groups.join("\0") !== flow.groups.join("\0")) {
      flow.user = wanted.user;
      flow.groups = wanted.groups;
      flow.drop(flow.own ? "key" : "request"); // a request from elsewhere has its own names
      flow.own = null;
    }
    flow.finish("who", whoWords(flow));
  }

  /** Who it is, known from somewhere else: a request, or a certificate that is renewed. */
  flow.useWho = ({ user: who, groups: list = [] }) => {
    user.value = who;
    groups.set(list);
    take({ user: who, groups: list });
  };

  flow.on("who", { enter: () => clearRemarks(form) });
}
