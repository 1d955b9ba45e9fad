/*
 * What a merge does, in words: which entry or reference, under which name, and what happens to it.
 */
import { name } from "./names.js";
import type { Child } from "./dom.js";
import type { MergeChange } from "../types.js";

/** One entry of a section. */
export const ONE: Record<MergeChange["section"], string> = { clusters: "cluster", users: "user", contexts: "context", fields: "field" };

/** "The open file" is the one that the other is merged into. */
export const OUTCOMES: Record<MergeChange["kind"], string> = {
  added: "added",
  identical: "the same in both files",
  renamed: "added with a new name",
  replaced: "replaces the open file’s",
  kept: "not added: the open file’s is kept",
  bound: "now uses an entry of the other file",
  dangling: "still refers to a missing entry; the other file’s entry of that name is not used",
};

/** What a change is about: an entry, or a reference of a context. */
export const subjectOf = ({ section, name: old, field }: MergeChange): Child[] => [field ? `${field} of context ` : `${ONE[section]} `, name(old)];

/** Its name, or that of what it refers to, in the merged file; undefined where it is not in there. */
export const resultOf = ({ kind, name: old, newName, reference, newReference }: MergeChange) =>
  kind === "kept" ? undefined : (newReference ?? reference ?? newName ?? old);
