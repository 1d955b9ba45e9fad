// A real control plane for tests in Node: fetch that trusts its CA, service accounts with tokens, raw calls as the administrator.
import { Agent, request as httpsRequest } from "node:https";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { kubectl as kubectlWith, startControlPlane } from "../support/control-plane.mjs";

/** fetch over node:https with a CA of its own, which Node's own fetch takes from the environment alone. */
export function fetchWith(ca) {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 24 });
  const fetch = (url, { method = "GET", headers, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const sent = httpsRequest(
        url,
        {
          method, // Node frames the body of a DELETE only where its length is given.
          headers: { ...Object.fromEntries(new Headers(headers)), ...(body && { "content-length": Buffer.byteLength(body) }) },
          agent,
          signal,
        },
        (answer) =>
          resolve(
            new Response(Readable.toWeb(answer), {
              status: answer.statusCode,
              headers: Object.entries(answer.headers).map(([key, value]) => [key, String(value)]),
            }),
          ),
      );
      sent.on("error", reject);
      sent.end(body);
    });
  return { fetch, close: () => agent.destroy() };
}

/** { kubectl, admin, as(token), call(method, path, body), account(namespace, name), stop() } */
export async function startLive(kubecred, flags) {
  const plane = await startControlPlane(flags);
  const [, server] = /^SERVER=(.*)$/m.exec(readFileSync(join(plane.dir, "env"), "utf8"));
  const [, token] = /token: (\S+)/.exec(readFileSync(plane.admin, "utf8"));
  const { fetch, close } = fetchWith(readFileSync(join(plane.dir, "ca.crt")));
  const as = (bearer) => kubecred.cluster({ server, token: bearer, fetch });
  const kubectl = async (args, options) => {
    const done = await plane.kubectl(args, options);
    if (done.code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${done.stderr}`);
    return done.stdout;
  };
  return {
    server,
    token,
    fetch,
    kubectl,
    as,
    run: plane.kubectl,
    admin: as(token),
    async call(method, path, body) {
      const answer = await fetch(server + path, {
        method,
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: body && JSON.stringify(body),
      });
      const text = await answer.text();
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${text}`);
      return JSON.parse(text);
    },
    /** A service account, made, and the cluster as it sees it. */
    async account(namespace, name) {
      await kubectl(["create", "serviceaccount", name, "--namespace", namespace]);
      return as((await kubectl(["create", "token", name, "--namespace", namespace])).trim());
    },
    /** kubectl as a service account: { code, stdout, stderr }. */
    async kubectlOf(namespace, name) {
      const path = plane.as(name, { token: (await kubectl(["create", "token", name, "--namespace", namespace])).trim() });
      return (args, options) => kubectlWith(path, ["--namespace", namespace, ...args], options);
    },
    stop() {
      close();
      plane.stop();
    },
  };
}

/** Runs so many at a time. */
export async function inParallel(items, most, work) {
  const results = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: most }, async () => {
      while (next < items.length) {
        const index = next++;
        results[index] = await work(items[index], index);
      }
    }),
  );
  return results;
}
