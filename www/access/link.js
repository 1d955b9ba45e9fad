// A link that brings the certificate back to #/access: it finishes the steps in the tab that has the key, and says what to do in another.
import { el, find, show, announce } from "../ui/dom.js";
import { explain, sentence } from "../ui/findings.js";
import { name, nameList } from "../ui/names.js";
import { session } from "../shared/session.js";
import { offerCertificate } from "./tabs.js";

/** @import { Flow } from "./flow.js" */

/** @import { Child } from "../ui/dom.js" */

export function startLink(/** @type {Flow} */ flow) {
  const box = el("div", { class: "notice-box", id: "access-link", hidden: true });
  find("#steps").before(box);

  const say = (/** @type {Child[]} */ ...words) => {
    box.replaceChildren(el("p", {}, ...words));
    show(box);
    announce(box.textContent);
  };

  /** Opens what the address carried; it is taken out of the address bar at once. */
  return async function open(/** @type {string} */ fragment) {
    history.replaceState(null, "", "#/access");
    show(box, false);
    try {
      const kubecred = await session();
      const { kind, pem } = await kubecred.links.decode(fragment);
      if (kind === "csr") return say("This link contains a request. The person who decides on it opens it under “Review requests”.");
      if (flow.request) return await flow.acceptCertificate(pem);
      const { user, groups } = await kubecred.certificates.parse(pem);
      if (!flow.key && (await offerCertificate(pem)))
        return say("The certificate for ", name(user), " is now in the tab that created the request. Continue there: you can close this tab.");
      flow.linked = pem;
      say(
        "This link contains the certificate for ",
        name(user),
        ...(groups.length ? [" in ", ...nameList(groups)] : []),
        ". It works only with its private key, and ",
        flow.key
          ? "you have not created the request in this tab yet: the certificate is kept until you have."
          : "that key is not in this tab. Paste the link in the tab that created the request, into the field “Certificate from your administrator”. Or continue here with your saved key: the certificate is kept until then.",
      );
    } catch (error) {
      say(sentence(explain(error)), flow.key ? " Your key is still here." : "");
    }
  };
}
