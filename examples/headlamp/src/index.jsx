import { registerRoute, registerSidebarEntry } from "@kinvolk/headlamp-plugin/lib";
import { useCluster } from "@kinvolk/headlamp-plugin/lib/K8s";
// Headlamp loads a plugin as one file: worker and module are inside of kubecred/inline.
import "kubecred/element/inline";

registerSidebarEntry({ parent: "cluster", name: "kubecred", label: "Kubeconfig", url: "/kubeconfig" });
registerRoute({ path: "/kubeconfig", sidebar: "kubecred", name: "kubecred", exact: true, component: KubeconfigPage });

function KubeconfigPage() {
  const server = `/clusters/${encodeURIComponent(useCluster() ?? "")}`;
  return (
    <>
      <kubecred-access server={server} expiration-seconds="86400" />
      <kubecred-review server={server} />
    </>
  );
}
