/*
 * Building elements. Text goes in as text nodes only: no string ever becomes markup here.
 */

export type Child = Node | string | number | null | undefined | false | readonly Child[];

type Property = string | number | boolean | null | undefined | ((event: any) => unknown);

/**
 * An element with properties and children, lists of children among them. `on…` properties are listeners, others are attributes; null and false
 * are left out. Never `style`, which a strict Content-Security-Policy refuses.
 */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Record<string, Property> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...flat(children));
  return node;
}

function flat(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (Array.isArray(child)) return flat(child);
    return [typeof child === "object" ? (child as Node) : String(child)]; // not by `Node`: the page of a portal may call something else that
  });
}

let ids = 0;
/** An id that no other node has. */
export const freshId = (stem: string) => `${stem}-${++ids}`;
