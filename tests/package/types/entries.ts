// How the declarations of kubecred/element and kubecred/react are used, and what they must refuse. Compiled as sample.ts is.
import type { Cluster, CsrStatus, Kubeconfig, Kubecred } from "kubecred";
import { KubecredAccess, type KubecredEventMap } from "kubecred/element";
import { useKubeconfigRequest, useKubecred } from "kubecred/react";
import { useKubecred as inlineHook } from "kubecred/react/inline";

export function elements(kubecred: Kubecred, cluster: Cluster): Kubeconfig | undefined {
  const access = document.createElement("kubecred-access");
  access.kubecred = kubecred;
  access.cluster = cluster;
  access.headers = { "X-Portal": "yes" };
  access.openOptions = { worker: false };
  access.addEventListener("kubecred-step", ({ detail }) => detail.status?.name.toUpperCase());
  access.addEventListener("kubecred-kubeconfig", ({ detail }) => detail.fileName.toUpperCase());
  // @ts-expect-error the handle is a property, not in an event
  access.addEventListener("kubecred-kubeconfig", ({ detail }) => detail.kubeconfig);
  document.querySelector("kubecred-review")?.addEventListener("kubecred-decided", ({ detail }) => detail.status.state satisfies CsrStatus["state"]);
  document.querySelector("kubecred-kubeconfig")?.read("text") satisfies Promise<void> | undefined;
  const names: (keyof KubecredEventMap)[] = ["kubecred-saved", "kubecred-error"];
  names.push("kubecred-step");
  // @ts-expect-error it is read-only
  access.kubeconfig = undefined;
  return access instanceof KubecredAccess ? access.kubeconfig : undefined;
}

export function Page(): string {
  const session = useKubecred({ worker: true });
  const inline: typeof session = inlineHook();
  const request = useKubeconfigRequest({ kubecred: session.kubecred, cluster: { server: "" }, subject: { user: "jane" } });
  // @ts-expect-error it needs a subject
  useKubeconfigRequest({});
  if (session.state === "ready") session.kubecred.close();
  if (inline.state === "failed") return inline.error.code;
  return request.state === "done" ? (request.fileName ?? "") : (request.error?.code ?? request.step ?? "");
}
