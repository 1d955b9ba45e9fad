// The tutorial: how a request gets through the API server, step by step. Each step has what it is about, the lines for a terminal, and where it
// runs on this page. The names in the lines are examples; the address is the reader's.
import { el } from "../ui/dom.js";
import { askPermissions, askVersion, askWho, askWithoutCredentials, findAddress } from "./run.js";

/** @import { Child } from "../ui/dom.js" */
/** @import { Block } from "../ui/shell.js" */

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {string} title
 * @property {Child[][]} text paragraphs
 * @property {() => Block[]} lines
 * @property {[string, string]} [panel] where it runs here: panel and words
 * @property {{ label: string, ask: (address: HTMLInputElement) => Promise<Child[]> }[]} [run] what the page asks itself, where it is connected
 */

const code = (/** @type {string} */ text) => el("code", {}, text);
const SUBJECT = { user: "jane", groups: ["dev"] };
const ACCOUNT = { serviceAccount: "ci", namespace: "default" };

/** @param {() => string} server @returns {Step[]} */
export const steps = (server) => [
  {
    id: "anonymous",
    title: "Ask without credentials",
    text: [
      [
        "The API server answers everyone, but not with everything. Without credentials you are ",
        code("system:anonymous"),
        ": the version is public, pods are not. Expect 403 Forbidden, or 401 Unauthorized where anonymous requests are turned off.",
      ],
      ["With ", code("-v=6"), ", kubectl prints the address and the status of every call it makes: the first thing to look at when something fails."],
    ],
    lines: () => [
      { says: "The public part:", step: { step: "curl", server: server(), credential: "token", insecure: true } },
      {
        says: "Refused without credentials:",
        step: { step: "curl", server: server(), credential: "token", insecure: true, path: "/api/v1/namespaces/default/pods" },
      },
      { says: "With the credentials of your kubeconfig, and what kubectl does:", step: { step: "who-am-i", verbose: true } },
    ],
    run: [
      { label: "Ask without credentials", ask: askWithoutCredentials },
      { label: "Ask the version", ask: askVersion },
    ],
  },
  {
    id: "address",
    title: "Find the API server",
    text: [
      ["Every kubeconfig names an address. The cluster itself knows its API servers by the EndpointSlices of the service ", code("kubernetes"), "."],
      [
        "No EndpointSlices? Then the API server does not register itself (",
        code("--endpoint-reconciler-type=none"),
        "), or its control plane is not ready yet. The addresses in them are often internal: use the one in the kubeconfig from outside.",
      ],
    ],
    lines: () => [
      { says: "The address in your kubeconfig:", step: { step: "find-server" } },
      { says: "The API servers as the cluster sees them:", step: { step: "find-endpoints" } },
    ],
    run: [{ label: "Ask this cluster for its address", ask: findAddress }],
  },
  {
    id: "token",
    title: "Service account and token",
    text: [
      [
        "A program has a service account. A token for it is issued on request (TokenRequest), signed by the API server, and expires. ",
        code("kubectl create token"),
        " asks for one hour unless you say otherwise.",
      ],
    ],
    lines: () => [
      { says: "Create the account:", step: { step: "create-service-account", ...ACCOUNT } },
      { says: "Create a token in a file that only you can read:", step: { step: "create-token", ...ACCOUNT, expirationSeconds: 3600, file: "token" } },
    ],
    panel: ["robot", "Create an account and a token here"],
  },
  {
    id: "static",
    title: "Static tokens and passwords",
    text: [
      [
        "The API server can read a file with tokens (",
        code("--token-auth-file"),
        "): a line per token with user name and groups. They never expire, are readable on the server’s disk, and a change needs a restart. Use them for tests only.",
      ],
      [
        "Password files (",
        code("--basic-auth-file"),
        ") were removed in Kubernetes 1.19: a password travels with every request, never expires, and nothing limits where it works.",
      ],
    ],
    lines: () => [
      { says: "A line of such a file (token, user, user ID, groups):", text: 'example-token,jane,1,"dev,ops"' },
      { says: "The token in the file “token” is sent like any other:", step: { step: "curl", server: server(), credential: "token", whoAmI: true } },
    ],
  },
  {
    id: "request",
    title: "Key and certificate signing request",
    text: [
      [
        "For people without a login service, a client certificate does. The user name is the common name (CN) of the request, each group an organization (O). The private key stays with you; only the request is sent.",
      ],
    ],
    lines: () => [
      {
        says: "Create key and request:",
        step: { step: "generate-with-openssl", subject: SUBJECT, algorithm: "ecdsa-p256", key: "client.key", request: "client.csr" },
      },
      { says: "Submit the request:", step: { step: "submit-request-file", name: "jane", request: "client.csr", expirationSeconds: 604_800 } },
    ],
    panel: ["access", "Create key and request here"],
  },
  {
    id: "approval",
    title: "Approval",
    text: [
      [
        "An administrator reads the request and approves or denies it. Check the requester, the user name, the groups and the lifetime: a certificate cannot be revoked. After approval a controller signs it within seconds.",
      ],
    ],
    lines: () => [
      { says: "Read it:", step: { step: "show-request", name: "jane" } },
      { says: "Approve it:", step: { step: "approve", name: "jane" } },
      { says: "Fetch the certificate:", step: { step: "fetch-certificate", name: "jane", file: "client.crt" } },
    ],
    panel: ["review", "Decide on requests here"],
  },
  {
    id: "curl",
    title: "Use the certificate with curl",
    text: [
      [
        "Without the cluster’s CA, curl cannot know which server answers (",
        code("--insecure"),
        "). Never send a credential that way: anyone in between could take it. With the CA, both sides are verified.",
      ],
    ],
    lines: () => [
      { says: "Insecure, therefore without a credential:", step: { step: "curl", server: server(), credential: "certificate", insecure: true } },
      { says: "Get the CA:", step: { step: "find-certificate-authority", file: "ca.crt" } },
      { says: "With the CA and the certificate, who am I?", step: { step: "curl", server: server(), credential: "certificate", whoAmI: true } },
      { says: "The same with a token:", step: { step: "curl", server: server(), credential: "token", whoAmI: true } },
    ],
    run: [{ label: "Who am I?", ask: askWho }],
  },
  {
    id: "kubeconfig",
    title: "The kubeconfig",
    text: [
      ["A kubeconfig puts address, CA, certificate and key into one file, under the name of a context. This page writes it for you. The same with kubectl:"],
    ],
    lines: () => [
      {
        step: {
          step: "assemble-kubeconfig",
          file: "jane.yaml",
          server: server(),
          certificateAuthority: "ca.crt",
          user: "jane",
          certificate: "client.crt",
          key: "client.key",
        },
      },
      { says: "Use it in this terminal:", step: { step: "use-kubeconfig", file: "jane.yaml" } },
    ],
    panel: ["kubeconfig", "Check and merge kubeconfigs here"],
  },
  {
    id: "rbac",
    title: "Permissions (RBAC)",
    text: [
      [
        "Now the cluster knows who you are, and still says Forbidden: nobody has given jane or the group dev a role. A role lists permissions, a binding gives it to users, groups or service accounts. Permissions only add up; nothing denies.",
      ],
    ],
    lines: () => [
      {
        says: "An administrator gives the group dev the built-in role view in one namespace:",
        step: { step: "bind-role", role: "view", namespace: "default", subjects: [{ kind: "Group", name: "dev" }] },
      },
      { says: "What can I do there?", step: { step: "list-rights", namespace: "default" } },
    ],
    panel: ["roles", "Grant permissions here"],
    run: [{ label: "What can I do in the namespace default?", ask: askPermissions }],
  },
  {
    id: "pods",
    title: "kubectl get pods",
    text: [
      [
        "Every part is in place: address, CA, key, certificate, role. “No resources found” is a success: you may look, and there is nothing there. Forbidden means that a binding is missing; “x509” in the message means the CA or the clock.",
      ],
    ],
    lines: () => [{ text: "kubectl get pods --namespace=default" }],
  },
];
