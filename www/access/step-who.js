// Step 1: who you are. A user name and groups, one group in each box: a group may hold a comma, a blank, anything that can be seen.
import { find, announce } from "../ui/dom.js";
import { groupBoxes } from "../ui/groups.js";
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
  const groups = groupBoxes(find("#groups"), { describedBy: "groups-hint", form });

  find("#who-back").addEventListener("click", () => flow.useKeyFile());
  find("#add-group").addEventListener("click", () => groups.add("", true));
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    clearRemarks(form);
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
    } catch (error) {
      showError(form, error, atField(error));
      return;
    }
    take(wanted);
    flow.next();
  });

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
  groups.add();
}
