// What the tests of invitations share: a real cluster, an administrator, and invited people with sessions of their own.
import { open } from "./common.mjs";
import { startCluster } from "./cluster.mjs";

/** { live, admin, terms(more), invited(), stop() } */
export async function startInviting(flags) {
  const [live, kubecred] = await Promise.all([startCluster(flags), open()]);
  const admin = kubecred.cluster({ server: live.server, token: live.adminToken, fetch: live.fetch });
  const sessions = [kubecred];
  return {
    live,
    admin,
    kubecred,
    /** Options of an invitation; the user is new each time. */
    terms: (more) => ({
      user: "jane",
      groups: ["dev", "on call"],
      expirationSeconds: 3600,
      validSeconds: 600,
      page: "https://page.example/kubecred/",
      cluster: { server: live.server, certificateAuthority: live.ca },
      invitedBy: "admin",
      ...more,
    }),
    /** The invitation of this name, as it is listed. */
    async find({ name }) {
      return (await admin.invitations.list()).find((one) => one.name === name);
    },
    /** A session of somebody else, as in another browser. */
    async person() {
      const session = await open();
      sessions.push(session);
      return session;
    },
    /** Everything in the cluster that has the labels of invitations, as KIND/NAME. */
    async leftovers() {
      const found = await live.kubectl([
        "get",
        "serviceaccounts,clusterroles,clusterrolebindings,rolebindings",
        "-A",
        "-l",
        "app.kubernetes.io/managed-by=kubecred,app.kubernetes.io/component=invitation",
        "-o",
        "json",
      ]);
      return JSON.parse(found)
        .items.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
        .sort();
    },
    stop() {
      for (const session of sessions) session.close();
      live.stop();
    },
  };
}
