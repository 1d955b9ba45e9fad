// The canary: every form in which a private key could leave, and every place on a page where it could have gone.
import { createPrivateKey } from "node:crypto";

/** The base64 values of a kubeconfig that we wrote (one user, every string double-quoted). */
export function entry(kubeconfig, key) {
  const [, value] = new RegExp(`${key}: "?([A-Za-z0-9+/=]+)"?`).exec(kubeconfig.toString("utf8")) ?? [];
  if (!value) throw new Error(`the kubeconfig has no ${key}`);
  return Buffer.from(value, "base64");
}

/** Windows of the secret numbers of a key, in every encoding. The public half is no secret and is left out. */
export function needles(pem) {
  const jwk = createPrivateKey(pem).export({ format: "jwk" });
  const found = new Set();
  const text = pem.toString("latin1");
  for (const line of text.split("\n").slice(1, -2)) if (line.length === 64) found.add(line);
  found.add(pem.toString("base64").slice(80, 140));
  for (const number of [jwk.d, jwk.p, jwk.q, jwk.dp, jwk.dq, jwk.qi].filter(Boolean)) {
    const bytes = Buffer.from(number, "base64url");
    for (const window of [bytes.subarray(0, 16), bytes.subarray(bytes.length - 16)]) {
      for (const order of [window, Buffer.from(window).reverse()]) {
        found.add(order.toString("hex"));
        found.add(order.toString("hex").toUpperCase());
        found.add(order.toString("latin1"));
        // Within a longer text base64 begins at any of three offsets; the first and last characters depend on the neighbours.
        for (let skip = 0; skip < 3; skip++) {
          const clipped = order.subarray(skip, skip + 3 * Math.floor((order.length - skip) / 3));
          found.add(clipped.toString("base64"));
          found.add(clipped.toString("base64url"));
        }
      }
    }
  }
  return [...found];
}

/** A secret text (a passphrase, a token) as it is and in every encoding. */
export function needlesOfText(text) {
  const bytes = Buffer.from(text);
  const found = [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    [...text].reverse().join(""),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    Buffer.from(bytes).reverse().toString("hex"),
  ];
  for (const order of [bytes, Buffer.from(bytes).reverse(), Buffer.from(text, "utf16le")]) {
    for (let skip = 0; skip < 3; skip++) {
      const clipped = order.subarray(skip, skip + 3 * Math.floor((order.length - skip) / 3));
      found.push(clipped.toString("base64"), clipped.toString("base64url"));
    }
  }
  return [...new Set(found)];
}

// The first lines of a PEM hold what is the same in every key of a kind, and in RSA the public modulus.
const isPublic = (needle, publicText) => publicText.includes(needle);

/** The places (by name) in which one of the needles stands. `publicText` is what may be seen by all: needles in it are no secret. */
export function spilled(list, places, publicText = "") {
  const secret = list.filter((needle) => !isPublic(needle, publicText));
  return Object.entries(places)
    .filter(([, text]) => secret.some((needle) => text.includes(needle)))
    .map(([place]) => place);
}

/** All places of a page and of what it sent. */
export async function placesOf(page, seen) {
  const inside = await page.evaluate(async () => {
    const values = [...document.querySelectorAll("input, textarea, select")].map((field) => field.value).join("\n");
    const attributes = [...document.querySelectorAll("*")].flatMap((node) => [...node.attributes].map((attribute) => attribute.value)).join("\n");
    const entries = performance
      .getEntries()
      .map((each) => each.name)
      .join("\n");
    // A file opened from disk has no place for some of these, and says so by an error.
    const kept = async (look) => {
      try {
        return JSON.stringify(await look());
      } catch {
        return "";
      }
    };
    const databases = await kept(() => indexedDB.databases());
    const caches = await kept(() => globalThis.caches.keys());
    const workers = await kept(async () => (await navigator.serviceWorker.getRegistrations()).length);
    const history_ = [...(globalThis.navigation?.entries() ?? [])].map((each) => `${each.url} ${JSON.stringify(each.getState() ?? null)}`).join("\n");
    return {
      url: location.href,
      history: history_,
      title: document.title,
      state: JSON.stringify(history.state),
      text: document.documentElement.textContent,
      values,
      attributes,
      entries,
      databases,
      caches,
      local: await kept(() => ({ ...localStorage })),
      session: await kept(() => ({ ...sessionStorage })),
      cookie: document.cookie,
      workers,
      name: window.name,
    };
  });
  return {
    ...inside,
    console: seen.console.join("\n"),
    errors: seen.errors.join("\n"),
    requests: seen.requests.map(({ url, headers, body }) => `${url}\n${headers}\n${body.toString("latin1")}`).join("\n"),
    decoded: seen.requests.map(({ body }) => decodedBase64(body.toString("latin1"))).join("\n"),
  };
}

// What stands in a body as base64 (spec.request does) is looked at in its decoded form as well.
const decodedBase64 = (text) => (text.match(/[A-Za-z0-9+/=]{40,}/g) ?? []).map((each) => Buffer.from(each, "base64").toString("latin1")).join("\n");
