// Step 1: who you are. A user name and groups, one group in each box: a group may hold a comma, a blank, anything that can be seen.
import { el, find, freshId, announce } from "../ui/dom.js";
import { name, nameList } from "../ui/names.js";
import { clearRemarks, sentence, showError, showFindings } from "../ui/findings.js";
import { session } from "../shared/session.js";

// The core names the field of a name that cannot be used, and what is wrong with it.
function atField(error) {
  const [{ field, message } = {}] = error.code === "invalid-subject" ? (error.details ?? []) : [];
  if (!field || field === "groups") return {};
  return { field, says: `this ${field === "user" ? "name" : "group"} ${message}` };
}

/** Who somebody said they are, for the line of the step that is done. */
export const whoWords = ({ user, groups }) => [name(user), ...(groups.length ? [" in ", ...nameList(groups)] : [", without a group"])];

export function startWho(flow) {
  const form = find("#who");
  const user = find("#user");
  const groups = find("#groups");

  const values = () => [...groups.querySelectorAll("input")].map((input) => input.value);

  // Empty boxes are no groups and the same group twice is one: such boxes go, so that a remark about group 2 stands beside the second box.
  function tidy() {
    const seen = new Set();
    for (const row of [...groups.children]) {
      const { value } = find("input", row);
      if ((value === "" || seen.has(value)) && groups.children.length > 1) row.remove();
      seen.add(value);
    }
  }

  function addGroup(value = "", focus = false) {
    const id = freshId("group");
    const input = el("input", { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": "groups-hint", onpaste: pasted });
    input.value = value;
    const row = el(
      "div",
      { class: "group" },
      el("label", { for: id, class: "unseen" }, "Group"),
      input,
      el("button", { type: "button", class: "small", "aria-label": "Remove this group", onclick: () => remove(row) }, "Remove"),
    );
    groups.append(row);
    if (focus) input.focus();
    return input;
  }

  function remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (!groups.children.length) addGroup();
    find("input", next ?? groups).focus();
    clearRemarks(form);
  }

  // An input would join pasted lines into one group without a word; several lines are several groups.
  function pasted(event) {
    const text = event.clipboardData?.getData("text") ?? "";
    const rows = text.split(/\r\n|\r|\n/).filter((row) => row !== "");
    if (rows.length < 2) return;
    event.preventDefault();
    event.currentTarget.value = rows[0];
    for (const row of rows.slice(1, 200)) addGroup(row);
  }

  find("#who-back").addEventListener("click", () => flow.useKeyFile());
  find("#add-group").addEventListener("click", () => addGroup("", true));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearRemarks(form);
    tidy();
    const wanted = { user: user.value, groups: values().filter((value) => value !== "") };
    try {
      const findings = await (await session()).inspectSubject(wanted);
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

  function take(wanted) {
    if (wanted.user !== flow.user || wanted.groups.join("\0") !== flow.groups.join("\0")) {
      flow.user = wanted.user;
      flow.groups = wanted.groups;
      flow.drop(flow.own ? "key" : "request"); // a request from elsewhere has its own names
      flow.own = null;
    }
    flow.finish("who", whoWords(flow));
  }

  /** Who it is, known from somewhere else: a request, or a certificate that is renewed. */
  flow.useWho = (known) => {
    user.value = known.user;
    groups.replaceChildren();
    for (const group of known.groups.length ? known.groups : [""]) addGroup(group);
    take(known);
  };

  flow.on("who", { enter: () => clearRemarks(form) });
  addGroup();
}
