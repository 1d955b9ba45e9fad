// Requests in a control plane, as the tests of portals look for them.
import { until } from "./wait.mjs";

/** The name of a request of this user that nobody has decided yet, once there is one. */
export async function pendingRequest(plane, user) {
  let found;
  await until(async () => {
    const { items } = JSON.parse((await plane.kubectl(["get", "csr", "-o", "json"])).stdout);
    found = items.find((item) => !item.status?.conditions && item.metadata.name.startsWith(user));
    return found;
  }, `a request of ${user}`);
  return found.metadata.name;
}
