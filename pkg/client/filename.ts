/*
 * The name under which a kubeconfig is saved: letters, digits, dots and hyphens, which every file system and shell takes as they are.
 */

const LONGEST = 60;

export function suggestedFileName({
  currentContext,
  contexts,
  clusters,
}: {
  currentContext: string;
  contexts: readonly { name: string }[];
  clusters: readonly { name: string }[];
}) {
  const name = currentContext || contexts[0]?.name || clusters[0]?.name || "";
  const plain = name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9.]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .slice(0, LONGEST)
    .replace(/^[-.]+|[-.]+$/g, "");
  return `kubeconfig${plain ? `-${plain}` : ""}.yaml`;
}
