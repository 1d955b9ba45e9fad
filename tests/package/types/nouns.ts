// Every noun of the API once, with the type that comes back: compiled in each TypeScript and with each library by tests/package/typescript.test.mjs.
import type {
  AppliedObject,
  Bytes,
  CertificateReport,
  CertificateSigningRequest,
  Classification,
  Cluster,
  ClusterEntry,
  CsrChange,
  CsrReport,
  CsrStatus,
  Discovered,
  Finding,
  Invitation,
  InvitationReport,
  IssuedCertificate,
  IssuedToken,
  Kubeconfig,
  Kubecred,
  KubernetesObject,
  MergeChange,
  NamespacePermissions,
  PrivateKey,
  RbacAnswer,
  RbacMatrix,
  RbacTemplate,
  RequestedKubeconfig,
  RoleBinding,
  SecretToken,
  StartCause,
  TokenReport,
  WhoAmI,
} from "kubecred";

export async function readers(kubecred: Kubecred, text: string, bytes: Uint8Array): Promise<void> {
  const what: Classification = await kubecred.classify(bytes);
  const report: CsrReport = await kubecred.csr.inspect(text);
  const certificate: CertificateReport = await kubecred.certificates.parse(bytes);
  const { due, text: calendar }: { due: string; text: string } = await kubecred.certificates.renewalReminder(text);
  const token: TokenReport = await kubecred.tokens.parse(text);
  const secret: SecretToken | undefined = await kubecred.tokens.fromSecret({ kind: "Secret" }, { serviceAccount: "ci", name: undefined });
  const statuses: CsrStatus[] = await kubecred.csr.explainAll([await kubecred.csr.explain(text, { verifySignature: false })]);
  const invitation: InvitationReport = await kubecred.invitations.read("https://portal.example/#i=x");
  const findings: Finding[] = await kubecred.rbac.lint([text, {}]);
  const linted: Finding[] = await kubecred.discovery.lintCluster({ server: "https://10.0.0.1:6443" });
  const words: (string | undefined)[] = [what.kind, report.refusal, certificate.renewalDue, due, calendar, token.subject, secret?.token, invitation.api];
  for (const { code, level, path, audience } of [...findings, ...linted, ...(statuses[0]?.findings ?? [])]) words.push(code, level, path, audience);
  // @ts-expect-error lists that are handed out are not written to
  report.groups.push("system:masters");
}

export async function builders(kubecred: Kubecred, key: PrivateKey, csr: string): Promise<void> {
  const subject: Finding[] = await kubecred.csr.lintSubject({ user: "jane", groups: ["dev"], uid: undefined });
  const manifest: CertificateSigningRequest = await kubecred.csr.manifest({ csr, name: undefined, usages: ["client auth"], labels: { team: "a" } });
  const account: KubernetesObject[] = await kubecred.serviceAccounts.manifests({ name: "ci", namespace: "default", legacySecret: "ci-token" });
  const roles: RbacTemplate[] = await kubecred.rbac.templates();
  const role: KubernetesObject[] = await kubecred.rbac.manifests({
    subjects: [{ kind: "User", name: "jane" }],
    role: roles[0]?.id ?? "view",
    namespace: "dev",
  });
  const matrix: RbacMatrix = await kubecred.rbac.matrix({ manifests: role, subject: { kind: "User", name: "jane" } });
  const [answer]: RbacAnswer[] = await kubecred.rbac.review({
    manifests: role,
    subject: { kind: "User", name: "jane" },
    questions: [{ verb: "get", path: "/api" }],
  });
  const entry: ClusterEntry = await kubecred.discovery.verifyClusterInfo({}, { bootstrapToken: "a.b", pins: ["sha256:x"] });
  const fragment: string = await kubecred.links.encode(csr, { signerName: "kubernetes.io/kube-apiserver-client" });
  const { kind }: { kind: "csr" | "certificate" } = await kubecred.links.decode(fragment);
  const yaml: string = await kubecred.toYaml([manifest, ...account]);
  const line: string = await kubecred.commands({ step: "approve", name: "jane" }, "powershell");
  const pem: Bytes = await key.exportPem({ passphrase: undefined });
  const names: (string | boolean | undefined)[] = [subject[0]?.code, matrix.user, answer?.reason, entry.server, kind, yaml, line];
  names.push(pem.byteLength > 0);
  kubecred.keys.prepare("rsa-2048");
  for (const { id, label, hint } of kubecred.keys.algorithms) names.push(id, label, hint);
  // @ts-expect-error not a shell
  await kubecred.commands({ step: "approve", name: "jane" }, "fish");
  // @ts-expect-error a step without its name
  await kubecred.commands({ step: "approve" }, "sh");
}

export async function kubeconfigs(kubecred: Kubecred, key: PrivateKey, other: Kubeconfig, cluster: ClusterEntry): Promise<Bytes[]> {
  const parsed: Kubeconfig = await kubecred.kubeconfig.parse("{}");
  const created = [
    await kubecred.kubeconfig.create({ cluster, token: "t", namespace: "default" }),
    await kubecred.kubeconfig.create({ cluster, oidc: { issuer: "https://id.example", clientId: "kubectl" } }),
    await kubecred.kubeconfig.create({ cluster, certificate: "pem", keyFile: "jane.key", contextName: undefined }),
  ];
  // @ts-expect-error a cluster without a credential
  await kubecred.kubeconfig.create({ cluster });
  const { kubeconfig, changes } = await parsed.merge(other, { onConflict: "rename", useContext: true });
  const warnings = changes.map(({ kind, warning }: MergeChange) => `${kind} ${warning ?? ""}`);
  const { subject, key: current } = await kubeconfig.renewal(subject_of(warnings));
  const renewed = await kubeconfig.renew(current ?? key, { certificate: "pem", user: subject.user });
  const edited = await renewed.edit({ dropExpired: true, rename: [{ section: "users", from: "a", to: "b" }] });
  const [first] = await edited.clusterEntries();
  edited.suggestedFileName.endsWith(first?.server ?? ".yaml");
  return Promise.all([...created, await edited.minify()].map((one) => one.serialize({ format: "kyaml", redact: true })));
}
const subject_of = (names: string[]): string | undefined => names[0];

export async function live(kubecred: Kubecred, api: Cluster, csr: string): Promise<IssuedCertificate> {
  const who: WhoAmI = await api.whoAmI();
  const found: Discovered = await api.discover({ everywhere: true });
  const { gitVersion } = await api.version();
  const submitted: CsrStatus = await api.csr.submit({ csr });
  for await (const { statuses, resourceVersion } of api.csr.pages({ pageSize: 100 })) {
    for await (const change of api.csr.watch({ resourceVersion })) {
      const kind: CsrChange["type"] = change.type;
      if (kind === "deleted") await api.csr.deny(statuses[0] ?? change.status, { reason: "Gone" });
    }
  }
  const approved: CsrStatus = await api.csr.approve(await api.csr.get(submitted.name), { reason: "Known", message: "by phone" });
  const verdict: { accepted: boolean } = await api.csr.preview({ csr });
  const token: IssuedToken = await api.tokens.create({ serviceAccount: "ci", namespace: "default", audiences: ["api"] });
  const secret: SecretToken = await api.tokens.fromSecret({ name: "ci", namespace: "default" });
  const applied: AppliedObject[] = await api.rbac.apply([{}], { dryRun: true });
  const rights: NamespacePermissions = await api.rbac.permissions("default");
  const can: RbacAnswer = await api.rbac.can({ verb: "get", resource: "pods" });
  const bindings: RoleBinding[] = await api.rbac.bindingsOf({ user: who.user, groups: who.groups });
  const checked = await api.check({ action: "decide" });
  const invitations: Invitation[] = await api.invitations.list();
  const words: (string | undefined)[] = [
    gitVersion,
    found.source,
    approved.state,
    token.token,
    secret.token,
    can.reason,
    applied[0]?.result,
    checked.error?.code,
  ];
  words.push(rights.reason, bindings[0]?.role, String(verdict.accepted), String(invitations.length), kubecred.version.commit);
  const whole: RequestedKubeconfig = await kubecred.requestKubeconfig({
    cluster: api,
    subject: { user: "jane" },
    onStep: ({ step, status }) => words.push(step, status?.name),
  });
  words.push(whole.fileName);
  // @ts-expect-error a decision is on a status, not on a name
  await api.csr.approve("jane");
  return api.csr.wait(submitted.name, { onStatus: ({ name }) => words.push(name) });
}

export const causes: Record<StartCause, true> = {
  engine: true,
  "module-not-found": true,
  "module-unread": true,
  module: true,
  "no-worker": true,
  "other-origin": true,
  "worker-src": true,
  "connect-src": true,
  "script-src": true,
  "trusted-types": true,
  "worker-not-found": true,
  worker: true,
};
