// The fingerprint of a key as two people compare it.
export { shownFingerprint } from "../kubecred/ui/fingerprint.js";
