// Handing a new kubeconfig from one panel to #/kubeconfig, to be merged there into a file that the person has.
let waiting = null;

/** `made` is a Kubeconfig of this page's session; `file` is { name, bytes } as it was chosen. Both belong to the other panel from now on. */
export function handOver(made, file) {
  waiting = { made, file };
  location.hash = "#/kubeconfig";
}

/** What was handed over, once. */
export function handed() {
  const taken = waiting;
  waiting = null;
  return taken;
}
