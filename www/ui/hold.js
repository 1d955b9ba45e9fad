// A late answer must not move a button under a pointer: the click would be lost, or land on another button. What an answer may still move cannot be
// pressed until the answer is here.

/** By how many answers each element is kept. @type {WeakMap<HTMLElement, number>} */
const holds = new WeakMap();

/**
 * Keeps the elements from being pressed until `answer` is settled, well or badly. Not by `disabled`, which has reasons of its own.
 * @param {Iterable<HTMLElement>} elements
 * @param {Promise<unknown>} answer
 */
export function holdUntil(elements, answer) {
  const held = [...elements];
  for (const each of held) {
    each.inert = true;
    each.setAttribute("aria-busy", "true");
    holds.set(each, (holds.get(each) ?? 0) + 1);
  }
  const release = () => {
    for (const each of held) {
      const left = (holds.get(each) ?? 1) - 1;
      holds.set(each, left);
      if (left > 0) continue;
      each.inert = false;
      each.removeAttribute("aria-busy");
    }
  };
  void answer.then(release, release);
}
