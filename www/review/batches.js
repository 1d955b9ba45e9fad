// A long list on the screen: batches of rows where a person looks, and room, as high as they are or will be, in place of the others.
// Heights are not known before rows are laid out. What a person sees stays where it is while they turn out; who is at the end stays there.
import { el } from "../ui/dom.js";

/** So many rows are in a batch: what comes and goes at once. */
export const BATCH = 10;
/** The height of a row in pixels, until one was laid out. */
const HEIGHT = 29;
/** How much of the list is ready above and below what is seen, in heights of it. */
const AROUND = 0.6;
/** Pixels that a place may be off and still be the end. */
const CLOSE = 2;

/** `moved()` is called when other batches may be close to what is seen. */
export function batchesIn(/** @type {HTMLElement} */ list, /** @type {() => void} */ moved) {
  /** So many rows the list has. */
  let rows = 0;
  /** Those on the page, by their number. @type {Map<number, HTMLElement>} */
  const shown = new Map();
  /** How high a batch is, or was when it was on the page. @type {Map<number, number>} */
  const heights = new Map();
  /** The same of those that had all their rows: others are taken to be as high, row for row. @type {Map<number, number>} */
  const known = new Map();
  let rowHeight = HEIGHT;
  /** Where the list is scrolled to, and its size. */
  let top = 0;
  let size = { width: 0, height: 800 };
  let atEnd = false;
  /** Whether something on the page may be of another height than is known here. */
  let unmeasured = false;
  /** On paper the list has no view and no place. */
  let onPaper = false;
  /** Whether the list was not shown meanwhile. */
  let away = false;

  list.addEventListener(
    "scroll",
    () => {
      if (onPaper || !list.checkVisibility()) return;
      readPlace();
      moved();
    },
    { passive: true },
  );
  // A list that is not shown has no size, and comes back as it was. With another width a row has another height.
  new ResizeObserver(([entry]) => {
    const { width = 0, height = 0 } = entry?.contentRect ?? {};
    away ||= width === 0;
    if (width === 0 || onPaper) return;
    const anotherWidth = width !== size.width;
    size = { width, height: height || size.height };
    if (away) scroll(top);
    away = false;
    if (anotherWidth) keep(forget);
    moved();
  }).observe(list);

  function forget() {
    heights.clear();
    known.clear();
  }

  const furthest = () => list.scrollHeight - list.clientHeight;
  const count = () => Math.ceil(rows / BATCH);
  const inBatch = (/** @type {number} */ index) => Math.min(BATCH, rows - index * BATCH);
  const heightOf = (/** @type {number} */ index) => heights.get(index) ?? inBatch(index) * rowHeight;
  /** How far a batch is from the top of the list: not by a look at each above it, of which there may be a thousand, but at those whose heights are known. */
  function offset(/** @type {number} */ index) {
    let y = Math.min(index * BATCH, rows) * rowHeight;
    for (const [above, height] of heights) if (above < index) y += height - inBatch(above) * rowHeight;
    return y;
  }

  /** The batches in view or close to it: from one number to another. */
  function near() {
    settle();
    const [above, below] = [top - size.height * AROUND, top + size.height * (1 + AROUND)];
    let from = 0;
    let y = 0;
    while (from < count() - 1 && y + heightOf(from) < above) y += heightOf(from++);
    let to = from;
    while (to < count() && y < below) y += heightOf(to++);
    return { from, to };
  }

  /** Puts the batches of these numbers, which ascend, on the page, and where others are missing, room for them. */
  function shape(/** @type {readonly number[]} */ indexes) {
    const wanted = new Set(indexes);
    for (const [index, batch] of shown) {
      if (wanted.has(index)) continue;
      batch.remove();
      shown.delete(index);
    }
    /** @type {ChildNode | null} */
    let next = list.firstChild;
    const room = (/** @type {number} */ from, /** @type {number} */ to) => {
      const height = offset(to) - offset(from);
      if (height <= 0) return;
      const known = next instanceof HTMLElement && next.className === "room" ? next : null;
      const gap = known ?? el("div", { class: "room", role: "none" });
      if (known) next = known.nextSibling;
      else list.insertBefore(gap, next);
      const pixels = `${height.toFixed(1)}px`;
      if (gap.style.height !== pixels) gap.style.height = pixels;
    };
    let done = 0;
    for (const index of indexes) {
      room(done, index);
      done = index + 1;
      while (next instanceof HTMLElement && next.className === "room") next = take(next);
      const batch = shown.get(index) ?? el("div", { class: "batch", role: "none" });
      shown.set(index, batch);
      if (batch === next) next = batch.nextSibling;
      else list.insertBefore(batch, next);
    }
    room(done, count());
    while (next) next = take(next);
  }

  const take = (/** @type {ChildNode} */ node) => {
    const next = node.nextSibling;
    node.remove();
    return next;
  };

  /** A batch whose rows are still to come is as high as it will be. */
  function hold(/** @type {number} */ index) {
    const batch = shown.get(index);
    if (!batch) return;
    const pixels = batch.children.length < inBatch(index) ? `${heightOf(index).toFixed(1)}px` : "";
    if (batch.style.minHeight !== pixels) batch.style.minHeight = pixels;
  }

  /** How high the batches on the page are. */
  function measure() {
    for (const [index, batch] of shown) {
      if (!batch.isConnected) continue;
      const height = batch.getBoundingClientRect().height;
      heights.set(index, height);
      if (batch.children.length === BATCH) known.set(index, height);
    }
    if (known.size) rowHeight = [...known.values()].reduce((sum, height) => sum + height, 0) / known.size / BATCH;
    unmeasured = false;
  }

  /** Learns the heights of what is on the page; the room for the others follows from them. */
  function settle() {
    if (!unmeasured || !list.checkVisibility()) return;
    measure();
    shape(inOrder());
  }

  /** The first row in view, or where none is made yet, the batch. */
  function anchor() {
    const view = list.getBoundingClientRect();
    const isSeen = (/** @type {Element} */ node) => {
      const place = node.getBoundingClientRect();
      return place.bottom > view.top && place.top < view.bottom;
    };
    const batch = inOrder()
      .map((index) => shown.get(index))
      .find((each) => each && isSeen(each));
    return [...(batch?.children ?? [])].find(isSeen) ?? batch;
  }

  const inOrder = () => [...shown.keys()].sort((one, other) => one - other);

  /** Gives what finds a place again, however high batches are by then: in the same batch, with the same part of it above. */
  function placeOf(/** @type {number} */ wanted) {
    let index = 0;
    let y = 0;
    while (index < count() - 1 && y + heightOf(index) <= wanted) y += heightOf(index++);
    const part = (wanted - y) / (heightOf(index) || 1);
    return () => offset(index) + part * heightOf(index);
  }

  function readPlace() {
    top = list.scrollTop;
    atEnd = top > 0 && top >= furthest() - CLOSE;
  }

  /** The list may have been scrolled, and not have told so yet. Otherwise `atEnd` stays as it is: rows that arrive put nobody at the end. */
  function catchUp() {
    if (Math.abs(list.scrollTop - top) >= 1) readPlace();
  }

  /** Changes what is on the page. What a person sees stays in its place. */
  function keep(/** @type {() => void} */ change) {
    unmeasured = true;
    if (!list.checkVisibility()) return change();
    if (top === 0) {
      change(); // nothing is above what is seen: it stays
      return settle(); // lays out: together with painting, that would make the task of the frame long
    }
    catchUp();
    const place = placeOf(top);
    const seen = anchor();
    const before = seen?.getBoundingClientRect().top ?? 0;
    change();
    settle();
    scroll(atEnd ? furthest() : seen?.isConnected ? list.scrollTop + seen.getBoundingClientRect().top - before : place());
  }

  function scroll(/** @type {number} */ to) {
    if (Math.abs(list.scrollTop - to) >= 1) list.scrollTop = to;
    top = list.scrollTop;
  }

  return {
    /** The list has so many rows now. */
    resize(/** @type {number} */ number) {
      if (number > rows) atEnd = false; // what arrives moves nothing
      rows = number;
    },
    near,
    /** The numbers of the batches on the page. */
    indexes: inOrder,
    shape,
    hold,
    keep,
    get: (/** @type {number} */ index) => /** @type {HTMLElement} */ (shown.get(index)),
    /** Brings the row of this number into view. */
    goTo(/** @type {number} */ row) {
      settle();
      atEnd = false;
      const index = Math.floor(row / BATCH);
      scroll(offset(index) + ((row % BATCH) / inBatch(index)) * heightOf(index) - size.height / 2);
    },
    /** The list is another one: it is seen from its first row. */
    restart() {
      forget();
      atEnd = false;
      if (top) list.scrollTop = top = 0;
    },
    /** Goes to paper. Gives what brings the list back to where it is now, however high rows are then. */
    print() {
      onPaper = true;
      const ended = atEnd;
      const place = placeOf(top);
      return () => {
        onPaper = false;
        unmeasured = true;
        if (!list.checkVisibility()) return;
        settle();
        scroll(ended ? furthest() : place());
        atEnd = ended;
      };
    },
  };
}
