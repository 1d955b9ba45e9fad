/** Names in a kubeconfig are anybody's: no control character reaches the terminal (CVE-2021-25743). */
export const plain = (text: string) => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
