// Tabs of this page, in the same browser: a certificate that was opened in one goes to the one that has its key. Nothing else is said, and what a tab
// hears is checked like any paste.
import { OFFLINE } from "../shared/place.js";

/** How long another tab may take to say that it looks at a certificate, and then what it thinks of it, in milliseconds. */
const UNTIL_HEARD = 3_000;
const UNTIL_ANSWERED = 20_000;

// offline.html has no origin, so its tabs do not hear each other.
const channel = OFFLINE ? null : new BroadcastChannel("kubecred-certificate");

/** `take` is given each certificate that another tab offers, and says whether it was the one that this tab waits for. */
export function hearCertificates(/** @type {(pem: string) => Promise<boolean>} */ take) {
  channel?.addEventListener("message", async ({ data }) => {
    if (typeof data?.certificate !== "string" || typeof data.id !== "string") return;
    channel.postMessage({ heard: data.id });
    channel.postMessage((await take(data.certificate)) ? { taken: data.id } : { declined: data.id });
  });
}

/** Whether another tab has taken the certificate. @param {string} certificate @returns {Promise<boolean>} */
export function offerCertificate(certificate) {
  if (!channel) return Promise.resolve(false);
  const id = `${performance.timeOrigin}-${performance.now()}`;
  return new Promise((resolve) => {
    let looking = 0;
    const done = (/** @type {boolean} */ taken) => {
      channel.removeEventListener("message", hear);
      clearTimeout(late);
      resolve(taken);
    };
    const hear = (/** @type {MessageEvent} */ { data }) => {
      if (data?.taken === id) done(true);
      if (data?.heard === id) {
        looking += 1;
        clearTimeout(late);
        late = setTimeout(() => done(false), UNTIL_ANSWERED);
      }
      if (data?.declined === id && --looking === 0) done(false);
    };
    let late = setTimeout(() => done(false), UNTIL_HEARD);
    channel.addEventListener("message", hear);
    channel.postMessage({ certificate, id });
  });
}
