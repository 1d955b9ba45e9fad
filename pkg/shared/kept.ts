/*
 * A class that implements this has each member that the declarations promise. Its types are not compared: what crosses to the core has none.
 * Types alone, and not published.
 */
export type Kept<Promised> = Record<Extract<keyof Promised, string>, unknown>;
