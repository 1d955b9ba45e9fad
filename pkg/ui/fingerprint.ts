/*
 * The fingerprint of a key as two people compare it, by voice or in a chat: its start in groups of four, the same for the person who made the
 * key and on the card of the person who decides. 64 bits: nobody makes a second key that begins so before an invitation expires.
 */
const DIGITS = 16;

/** @param fingerprint hex digits */
export const shownFingerprint = (fingerprint: string) => fingerprint.slice(0, DIGITS).replace(/(.{4})(?=.)/g, "$1 ");
