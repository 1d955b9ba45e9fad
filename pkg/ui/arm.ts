/*
 * A card that takes the place of another one under a person's hand: what can be pressed on it does nothing until what differs has been visible for
 * a second, so that a click that was meant for the card before cannot land on this one. A hidden tab does not count.
 */
import type { CsrStatus } from "../types.js";

export type Control = HTMLButtonElement | HTMLInputElement;

const SECOND = 1000;
const STEPS = Array.from({ length: 101 }, (_, index) => index / 100);

/** What a card says where its controls wait. */
export const UNREAD =
  "This is not the request that was here before. Approve and Deny become available when the top of this card has been visible for a second.";

/**
 * Disables the controls until the place, which says what has changed, was visible for a second: the whole of it, or half of the window. `armed()`
 * then. Gives back how to stop.
 */
export function disarm(place: HTMLElement, controls: readonly Control[], armed: () => void) {
  for (const control of controls) control.disabled = true;
  let inView = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A DOM that lays nothing out (jsdom) has none: what is there counts as seen.
  const observer =
    globalThis.IntersectionObserver &&
    new IntersectionObserver(
      (entries) => {
        const { intersectionRect, boundingClientRect, rootBounds } = entries.at(-1) as IntersectionObserverEntry;
        const enough = Math.min(boundingClientRect.height, (rootBounds?.height ?? innerHeight) / 2) - 1;
        const now = intersectionRect.height > 0 && intersectionRect.height >= enough;
        if (now !== inView) {
          inView = now;
          begin();
        }
      },
      { threshold: STEPS },
    );
  const stop = () => {
    document.removeEventListener("visibilitychange", begin);
    observer?.disconnect();
    clearTimeout(timer);
  };

  /** Begins the second again, or waits for the place to be seen. */
  function begin() {
    clearTimeout(timer);
    if (!inView || document.visibilityState !== "visible") return;
    timer = setTimeout(() => {
      stop();
      for (const control of controls) control.disabled = false;
      armed();
    }, SECOND);
  }

  document.addEventListener("visibilitychange", begin);
  if (observer) observer.observe(place);
  else {
    inView = true;
    begin();
  }
  return stop;
}

/** Whether two reports are of the same object and say the same: only then is what was read on one card true of the other. */
export const sameRequest = (one: CsrStatus, other: CsrStatus) =>
  one.object.metadata.uid === other.object.metadata.uid && JSON.stringify(one.object.spec) === JSON.stringify(other.object.spec);
