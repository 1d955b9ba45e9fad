// A portal's test of <kubecred-access>, with kubecred/testing as its cluster: "works", or the message of what it said.
import { fakeCluster } from "kubecred/testing";

/** @param session one of `kubecred`; undefined: the element's own */
export async function element(session) {
  const fake = fakeCluster();
  const access = document.createElement("kubecred-access");
  for (const [name, value] of Object.entries({ user: "jane", namespace: "default", path: "certificate", required: "" })) access.setAttribute(name, value);
  access.kubecred = session;
  access.fetch = fake.fetch;
  document.body.append(access);
  const before = access.checkValidity();
  const ended = new Promise((resolve) => {
    access.addEventListener("kubecred-error", ({ detail }) => resolve(detail.error.message));
    access.addEventListener("kubecred-kubeconfig", () => resolve("works"));
  });
  access.addEventListener("kubecred-step", ({ detail }) => {
    if (detail.step === "submitted") void fake.approve(detail.status.name);
  });
  access.shadowRoot.querySelector("button").click();
  const result = await ended;
  const after = access.validity.valid && access.fileName.endsWith(".yaml");
  access.remove();
  session?.close();
  fake.close();
  return result === "works" && (before || !after) ? "a wrong result" : result;
}
