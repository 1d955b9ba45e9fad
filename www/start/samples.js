// Something to play with: a request and a kubeconfig as they are met, with what a careful reader should notice. No cluster knows either of them.
import { session } from "../shared/session.js";

/** A new request, as the part of a link: its user name has a Cyrillic letter, one of its groups may do everything, and it is for a year. The key is discarded. */
export async function sampleRequest() {
  const kubecred = await session();
  const key = await kubecred.keys.generate("ecdsa-p256");
  try {
    const request = await key.createCsr({ user: "\u0430lice", groups: ["dev", "kubeadm:cluster-admins"] });
    return await kubecred.links.encode(request, { name: "sample", expirationSeconds: 31_536_000 });
  } finally {
    key.dispose();
  }
}

/** Two clusters; one is reached without verification, one context names a user that is missing, one plugin has a version that kubectl refuses. */
export const SAMPLE_KUBECONFIG = `apiVersion: v1
kind: Config
current-context: staging
clusters:
- name: production
  cluster:
    server: https://203.0.113.7:6443
    insecure-skip-tls-verify: true
- name: staging
  cluster:
    server: https://203.0.113.8:6443
contexts:
- name: production
  context: {cluster: production, user: jane, namespace: team-a}
- name: staging
  context: {cluster: staging, user: cloud}
- name: forgotten
  context: {cluster: staging, user: bob}
users:
- name: jane
  user:
    token: sample-token-that-no-cluster-knows
- name: cloud
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1alpha1
      command: cloud-login
      args: [token]
`;
