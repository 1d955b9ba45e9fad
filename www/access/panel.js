// #/access: the five steps from a name to a kubeconfig, and what keeps the key from being lost by accident.
import { el, find, announce } from "../ui/dom.js";
import { explain, showError, spoken } from "../ui/findings.js";
import { plainName } from "../ui/names.js";
import { session } from "../shared/session.js";
import { createFlow, showPlace } from "./flow.js";
import { startWho } from "./step-who.js";
import { startKey } from "./step-key.js";
import { startRequest } from "./step-request.js";
import { startAnswer } from "./step-answer.js";
import { startFile } from "./step-file.js";
import { startKeep } from "../ui/keep.js";
import { startOwn } from "./step-own.js";
import { handed } from "../shared/handover.js";
import { startLink } from "./link.js";

/** @import { Dropped } from "../ui/drop.js" */

/** The part of the address with which the page is loaded again after the key was erased. */
const ERASED = "erased";

export function start(/** @type {HTMLElement} */ section) {
  const flow = createFlow(find("#steps"));
  for (const start of [startKey, startOwn, startRequest, startAnswer, startFile, startWho]) start(flow);
  startKeep();
  const oidc = oidcFold();
  section.append(oidc.node);
  const openLink = startLink(flow);
  // The worker has ended and the key with it, as when the browser runs out of memory: back to the step that makes one.
  document.addEventListener("session-lost", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (!flow.key) return;
    flow.key = null;
    showPlace(flow);
    flow.drop("key");
    flow.open("key");
    showError(find("#key"), detail, {
      says: "The part of this page that contained the key has stopped, and the key is lost. What you entered is still here: create another key and send a new request.",
    });
  });
  addEventListener("beforeunload", (event) => {
    if (flow.key && !flow.saved && !flow.kept) event.preventDefault();
  });

  /** What a dropped file is for follows from what the package recognises in its bytes. */
  async function drop(/** @type {Dropped} */ file) {
    const kubecred = await session();
    const { kind } = await kubecred.classify(file.bytes);
    const step = find("li.now", find("#steps")).dataset.step;
    if (kind === "private-key") return flow.useKeyFile(file);
    if (step === "answer" && !find("#answer-paste").hidden && (kind === "certificate" || kind === "object")) return flow.takeAnswer(file.bytes);
    if (step === "file" && kind === "certificate") return flow.takeAuthority((await kubecred.certificates.parse(file.bytes)).pem ?? "");
    if (kind === "certificate-request") return flow.useRequest(file);
    if (kind === "certificate" && !flow.key && !flow.own)
      return announce("This is a certificate without its private key. Drop your saved key, or create a new key and request.", {
        seen: true,
      });
    if (kind === "kubeconfig") await oidc.takeKubeconfig(file.bytes);
    return takeKubeconfig(file);
  }

  /** Address and CA of the cluster out of somebody's kubeconfig: read in the worker, which gives out these two and nothing else of it. */
  async function takeKubeconfig(/** @type Dropped} */ { name: fileName, bytes }) {
    /** @type {import("../kubecred/index.js").Kubeconfig | undefined} */
    let kubeconfig;
    try {
      const read = await (await session()).kubeconfig.parse(bytes);
      kubeconfig = read;
      const wanted = read.contexts.find(({ name }) => name === read.currentContext)?.cluster;
      const entries = await read.clusterEntries();
      const entry = entries.find(({ name }) => name === wanted) ?? entries[0];
      if (!entry) return announce("This file contains no cluster with a usable address.", { seen: true });
      flow.useCluster(entry, entries.length);
    } catch (error) {
      announce(`${plainName(fileName)}: ${spoken(explain(error))}`, { seen: true });
    } finally {
      kubeconfig?.dispose();
      bytes.fill(0);
    }
  }
  flow.takeKubeconfig = takeKubeconfig;

  /** A link that brings the certificate; or a renewal from #/kubeconfig: who is known, and the key where it shall stay the same. */
  function open(/** @type {string} */ rest) {
    if (rest.startsWith("1.")) return void openLink(rest);
    if (rest === ERASED) {
      history.replaceState(null, "", "#/access");
      return announce("The key was erased from this tab.", { seen: true });
    }
    const { user, subject, key } = handed("access");
    if (!subject) return;
    if (key && !flow.mayLose("Use the key of the file?")) return key.dispose();
    flow.drop("key");
    flow.own = null;
    flow.useWho(subject);
    flow.renewal = { entry: user, user: subject.user };
    if (key) flow.useKey(key);
    else flow.open("key");
  }
  return { drop, open };
}

/** For people whose cluster trusts a login service: no key, no request. What is in the fold is fetched when it is opened. */
function oidcFold() {
  const node = el("details", { class: "card", id: "access-oidc" }, el("summary", {}, "Sign in with OpenID Connect instead"));
  /** @type {import("../cluster/places.js").ClusterPlaces | null} */
  let places = null;
  node.addEventListener(
    "toggle",
    async () => {
      const [{ oidcForm }, { clusterPlaces }] = await Promise.all([import("./oidc.js"), import("../cluster/places.js")]);
      places = clusterPlaces();
      node.append(oidcForm(places));
    },
    { once: true },
  );
  return { node, takeKubeconfig: async (/** @type {Uint8Array} */ bytes) => places?.takeKubeconfig(await session(), bytes) };
}
