// The same steps as command lines for sh. Values are quoted literally; none of them is a secret.

/** One word for sh. Names of requests and users cannot hold a line feed or NUL here: such a name gets no command line. */
export function quote(word) {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) && !word.startsWith("-")) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether a name may stand in a command line that people copy: nothing in it that cannot be seen. */
export const printable = (word) => word !== "" && !/[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u.test(word);

const option = (word) => (word.startsWith("-") ? `-- ${quote(word)}` : quote(word));

export const approve = (name) => `kubectl get csr ${option(name)} -o yaml      # read it first\nkubectl certificate approve ${option(name)}`;
export const deny = (name) => `kubectl certificate deny ${option(name)}`;
export const submit = (name, file) => `kubectl apply -f ${file}\nkubectl get csr ${option(name)}`;
export const fetchCertificate = (name) => `kubectl get csr ${option(name)} -o json`;
export const findServer = () => "kubectl config view --minify --raw -o jsonpath='{.clusters[0].cluster.server}'";
export const findAuthority = () => "kubectl get configmap kube-root-ca.crt -n default -o jsonpath='{.data.ca\\.crt}'";

/**
 * kubectl proxy with the page and no more of the API than the page uses: the proxy does not look at Origin, so whatever it lets
 * through, any other page that the person has open may write through it as well (Kubernetes 1.36.3, 2026-11).
 */
export const proxy = () => `kubectl proxy --www=dist --www-prefix=/kubecred/ \\
  --accept-paths='${["/apis/certificates\\.k8s\\.io/v1/certificatesigningrequests(/[^/]+(/approval)?)?", "/apis/authentication\\.k8s\\.io/v1/selfsubjectreviews", "/api/v1/namespaces/default/configmaps/kube-root-ca\\.crt", "/api", "/version"].map((path) => `^${path}$`).join(",")}' \\
  --reject-methods='^(DELETE|PATCH)$'`;

/** What to do with the saved file, by the system that this browser says it runs on. */
export function useFile(file, platform = navigator.platform) {
  if (/^win/i.test(platform)) {
    return { system: "PowerShell", text: `$env:KUBECONFIG = "$HOME\\Downloads\\${file}"\nkubectl auth whoami` };
  }
  return { system: "a terminal", text: `chmod 600 ~/Downloads/${file}\nexport KUBECONFIG=~/Downloads/${file}\nkubectl auth whoami` };
}

/** A role for the person, as an administrator would give it; nothing where the name cannot be written in a command. */
export function giveRole(user, groups, namespace) {
  if (!printable(user) || !printable(namespace)) return null;
  const group = groups.find(printable);
  const whom = group ? `--group=${quote(group)}` : `--user=${quote(user)}`;
  return `kubectl create rolebinding ${quote(bindingName(group ?? user))} --clusterrole=view ${whom} --namespace=${quote(namespace)}`;
}

const bindingName = (label) => `${label.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "") || "kubecred"}-view`;
