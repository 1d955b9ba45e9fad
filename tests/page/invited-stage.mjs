// What the tests of invitations need: an administrator behind npx kubecred, and a page for the newcomer, whose requests count by their own token.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPage } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { launch } from "./launched.mjs";
import { startNginx } from "./nginx.mjs";
import { onStage } from "./stage.mjs";
import { toReview } from "./person.mjs";
import { expectVisible } from "./wait.mjs";
import { NAMESPACE } from "../package/links.mjs";

export { NAMESPACE };

/** Filled in before the first test. `nginx`: the newcomer's page by nginx with the configuration of www/deploy, otherwise by a kubectl proxy without rights. */
export function invitedStage({ nginx = false } = {}) {
  const here = {
    plane: null,
    browser: null,
    /** The administrator's page: { page, context, seen }. */
    admin: null,
    /** The newcomer's page, and its origin. */
    address: "",
    origin: "",
    card: (name) => here.admin.page.locator(`article[data-name="${name}"]`),
    review: (name) => toReview(here.admin.page, name),
    approve: (name) => here.card(name).getByRole("button", { name: "Approve" }).click(),
    /** Who the server says that a saved file is. */
    async whoami({ name, bytes }) {
      const path = join(here.plane.dir, name);
      writeFileSync(path, bytes, { mode: 0o600 });
      const who = await kubectl(path, ["auth", "whoami", "-o", "json"]);
      assert.equal(who.code, 0, who.stderr);
      return JSON.parse(who.stdout).status.userInfo;
    },
    exists: async (kind, name, ...more) => (await here.plane.kubectl(["get", kind, name, ...more])).code === 0,
  };
  onStage(async (stage) => {
    const { plane, browser } = stage;
    Object.assign(here, { plane, browser });
    if (nginx) {
      const [, api] = /server: https:\/\/(\S+)/.exec(readFileSync(plane.admin, "utf8"));
      const server = await startNginx({ api, ca: join(plane.dir, "ca.crt") });
      stage.onEnd(() => server.stop());
      Object.assign(here, { origin: server.origin, address: `${server.origin}/` });
    } else {
      const guest = await plane.proxy(0, plane.as("guest", { token: "nobody" }));
      Object.assign(here, { origin: guest.origin, address: guest.page });
    }
    const { started, link } = await launch(["--kubeconfig", plane.admin]);
    stage.onEnd(() => started.child.kill());
    here.admin = await openPage(browser, link);
    await expectVisible(here.admin.page.getByText(/Kubernetes v1\.\d+\.\d+ as admin/));
    // Other files use the same control plane.
    stage.onEnd(async () => {
      const label = ["-l", "app.kubernetes.io/component=invitation"];
      await plane.kubectl(["delete", "serviceaccounts", "-n", NAMESPACE, ...label]);
      await plane.kubectl(["delete", "clusterroles,clusterrolebindings", ...label]);
    });
  });
  return here;
}
