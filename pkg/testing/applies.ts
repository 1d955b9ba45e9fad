/*
 * Writing a part of an object: server-side apply and JSON merge patch (RFC 7396).
 * Of server-side apply, this is what the objects of kubecred need: maps are merged field by field, lists are replaced as a whole (as are the
 * rules of roles and the subjects of bindings in Kubernetes), and another manager's field is a conflict. managedFields are not shown.
 */
import { Refusal } from "./status.js";
import { copy, equal } from "./store.js";
import type { Managers, Stored } from "./store.js";

type Leaves = [string[], unknown][];

/** What a manager does not own. */
const SHARED = ["apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.resourceVersion", "metadata.creationTimestamp"];

/** Managers are kept as "Apply NAME" and "Update NAME": they are two, even of one name. */
const managerOf = (key: string) => key.replace(/^\w+ /, "");

function leaves(value: any, path: string[] = []): Leaves {
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    return SHARED.includes(path.join(".")) ? [] : [[path, value]];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, [...path, key]));
}

const at = (object: any, path: string[]) =>
  path.reduce((value, key) => (typeof value === "object" && value !== null && Object.hasOwn(value, key) ? value[key] : undefined), object);

/** @param value undefined removes it, and maps that become empty */
function put(object: any, path: string[], value: unknown) {
  const [key = "", ...rest] = path;
  if (rest.length > 0) {
    if (value === undefined && object[key] === undefined) return;
    object[key] ??= {};
    put(object[key], rest, value);
    if (value === undefined && Object.keys(object[key]).length === 0) delete object[key];
  } else if (value === undefined) delete object[key];
  else object[key] = value;
}

/** @param managers changed where nothing is refused */
export function applied(before: Stored | undefined, intent: Stored, manager: string, force: boolean, managers: Managers): Stored {
  if (!before) return intent;
  const wanted = leaves(intent);
  const others = [...managers].filter(([name]) => name !== manager);
  const conflicts = wanted.flatMap(([path, value]) =>
    equal(at(before, path), value)
      ? []
      : others.filter(([, theirs]) => at(theirs, path) !== undefined).map(([name]) => ({ name: managerOf(name), field: `.${path.join(".")}`, path })),
  );
  if (conflicts.length > 0 && !force) throw conflicting(conflicts);
  const after = copy(before);
  for (const { name, path } of conflicts) {
    const key = others.find(([other]) => managerOf(other) === name)?.[0] ?? name;
    const theirs = copy(managers.get(key));
    put(theirs, path, undefined);
    managers.set(key, theirs);
  }
  // Fields that this manager alone applied before, and that its intent does not have any more.
  for (const [path] of leaves(managers.get(manager) ?? {})) {
    if (at(intent, path) === undefined && !others.some(([, theirs]) => at(theirs, path) !== undefined)) put(after, path, undefined);
  }
  for (const [path, value] of wanted) put(after, path, copy(value));
  const { uid, resourceVersion } = intent.metadata;
  return { ...after, metadata: { ...after.metadata, uid, resourceVersion } };
}

function conflicting(conflicts: { name: string; field: string }[]) {
  const causes = conflicts.map(({ name, field }) => ({ reason: "FieldManagerConflict", message: `conflict with "${name}"`, field }));
  const names = [...new Set(conflicts.map(({ name }) => name))];
  const list = names.map((name) => {
    const fields = conflicts.filter((each) => each.name === name).map(({ field }) => field);
    return fields.length === 1 && names.length === 1
      ? `conflict with "${name}": ${fields[0]}`
      : `conflicts with "${name}":\n${fields.map((field) => `- ${field}`).join("\n")}`;
  });
  const message = `Apply failed with ${conflicts.length} conflict${conflicts.length === 1 ? "" : "s"}: ${list.join("\n")}`;
  return new Refusal(409, "Conflict", message, { causes });
}

export function merged(target: any, patch: any): any {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result = typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
