/*
 * Each entry has what its published declarations promise: this file compiles only where that is so. Types alone, and not published.
 */

type Kept<Promised, Entry extends Promised> = [Promised, Entry];

export type Entries = [
  Kept<typeof import("./types.js"), typeof import("./index.js")>,
  Kept<typeof import("./types.js"), typeof import("./node.js")>,
  Kept<typeof import("./element/types.js"), typeof import("./element/index.js")>,
  Kept<typeof import("./react/types.js"), typeof import("./react/index.js")>,
];
