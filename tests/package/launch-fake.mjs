// A kubectl that can be told what to do, and npx kubecred started on it: for tests of what no real kubectl does on request.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../pkg/bin/server.mjs";
import { until } from "../support/until.mjs";
import { root } from "./common.mjs";

export { until };

const FAKE = `#!/usr/bin/env node
const { appendFileSync, existsSync } = require("node:fs");
const { createServer } = require("node:http");
const folder = process.env.FAKE_FOLDER;
const args = process.argv.slice(2);
appendFileSync(folder + "/calls", JSON.stringify({ pid: process.pid, args }) + "\\n");
if (args[0] === "config") {
  if (args[1] === "get-contexts") console.log("one\\ntwo");
  else if (args.includes("--context=missing")) { console.error("error: canary-of-kubectl"); process.exit(1); }
  else console.log(JSON.stringify({ "current-context": "one", clusters: [{ name: "c\\u001b[31m", cluster: { server: "https://127.0.0.1:6443" } }], users: [{ name: "u", user: { token: "REDACTED" } }] }));
} else {
  if (existsSync(folder + "/refuse")) process.exit(1);
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => { body += chunk; }).on("end", () => {
      appendFileSync(folder + "/requests", JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }) + "\\n");
      if (request.url.includes("watch=1")) {
        response.writeHead(200, { "Content-Type": "application/json" });
        response.write('{"type":"ADDED"}\\n');
        response.on("close", () => appendFileSync(folder + "/requests", '{"closed":true}\\n'));
      } else if (request.url.includes("redirect")) response.writeHead(302, { Location: "https://evil.example/" }).end();
      else if (request.url.includes("cut")) { response.writeHead(200, { "Content-Length": "100" }); response.write("{"); setTimeout(() => response.destroy(), 20); }
      else if (request.url.includes("large")) { response.writeHead(200); const more = () => { while (response.write("x".repeat(65536))); }; response.on("drain", more); more(); }
      else response.writeHead(201, { "Content-Type": "application/json", "Set-Cookie": "a=b", "Access-Control-Allow-Origin": "*", Warning: '299 - "careful"', "Audit-Id": "7" }).end('{"kind":"Answer"}');
    });
  });
  const socket = args.find((arg) => arg.startsWith("--unix-socket="))?.slice("--unix-socket=".length);
  if (socket) { require("node:fs").rmSync(socket, { force: true }); server.listen(socket, () => console.log("Starting to serve on " + socket)); }
  else server.listen(0, "127.0.0.1", () => console.log("Starting to serve on 127.0.0.1:" + server.address().port));
}
`;

/** A folder of its own with a fake kubectl, and what starts the program on it. */
export function stage() {
  const folder = mkdtempSync(join(tmpdir(), "kubecred-launch-"));
  const kubectl = join(folder, "kubectl");
  writeFileSync(kubectl, FAKE, { mode: 0o755 });
  const running = [];
  const lines = (name) =>
    existsSync(join(folder, name))
      ? readFileSync(join(folder, name), "utf8")
          .trim()
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : [];
  return {
    folder,
    kubectl,
    calls: () => lines("calls"),
    proxies: () => lines("calls").filter(({ args }) => args[0] === "proxy"),
    requests: () => lines("requests"),
    /** Starts the program and waits for its link. */
    async start(args = [], options = {}) {
      const started = run(["--kubectl", kubectl, "--no-open", ...args], {
        ...options,
        env: { ...process.env, FAKE_FOLDER: folder, TMPDIR: folder, HOME: folder, ...options.env },
      });
      running.push(started.child);
      started.link = (await linkOf(started)).link;
      started.origin = new URL(started.link).origin;
      return started;
    },
    end() {
      for (const child of running) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The program itself: { child, output, errors, ended: { code, signal } }. */
export function run(args, { program = join(root, "pkg", "bin", "kubecred.mjs"), ...options } = {}) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"], ...options });
  const started = { child, output: "", errors: "", ended: undefined };
  child.stdout.on("data", (data) => {
    started.output += data;
  });
  child.stderr.on("data", (data) => {
    started.errors += data;
  });
  child.on("close", (code, signal) => {
    started.ended = { code, signal };
  });
  return started;
}

/** The private file that a program without a terminal names. */
export const fileIn = (output) => /^\s*(\/.*\/open\.html)$/m.exec(output)?.[1];

/** That file of a started program, once it is there, and the link in it: { file, link }. */
export const linkOf = (started) =>
  until(() => {
    const file = fileIn(started.output);
    if (!file && started.ended) throw new Error(`ended: ${started.output}${started.errors}`);
    return file && { file, link: /url=(http[^"]*)"/.exec(readFileSync(file, "utf8"))[1] };
  });

export const isRunning = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/**
 * The server of the program alone, below /b, for those who have its cookie: `own` are the headers of requests as its page makes them.
 * @param {Function} reach where the requests go, or what is answered in the place of it
 * @param {object} [more] further options of `startServer`
 */
export async function startGuard(reach, more) {
  const server = await startServer({ port: 0, base: "/b", secret: "s", cookie: "c", readOnly: false, page: new Map(), reach, ...more });
  const host = new URL(server.origin).host;
  return { server, host, own: { ...pageHeaders(server.origin), Cookie: "kubecred=c" } };
}

const pageHeaders = (origin) => ({
  Host: new URL(origin).host,
  Origin: origin,
  "Sec-Fetch-Site": "same-origin",
  "Sec-Fetch-Mode": "cors",
  "Sec-Fetch-Dest": "empty",
});

/** What a browser does with the link: { base, cookie, headers } for requests as the page makes them. */
export async function enter(link) {
  const { origin, hash } = new URL(link);
  const host = new URL(origin).host;
  const own = pageHeaders(origin);
  const body = JSON.stringify(hash.slice(1));
  const answer = await raw(host, head("POST", "/session", { ...own, "Content-Type": "application/json", "Content-Length": body.length }) + body);
  if (answer.status !== 200) return { status: answer.status };
  const cookie = answer.headers["set-cookie"];
  const base = JSON.parse(answer.body).next.replace(/\/kubecred\/$/, "");
  return { host, base, cookie, headers: { ...own, Cookie: cookie.split(";")[0] } };
}

export const head = (method, target, headers, version = "1.1") =>
  `${method} ${target} HTTP/${version}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;

/** Sends bytes as they are and reads the first answer; `keep` leaves the connection open, `whole` reads until the server ends it. @returns {Promise<any>} */
export function raw(host, bytes, { keep = false, whole = false } = {}) {
  const [name, port] = host.split(":");
  return new Promise((done) => {
    const socket = connect(Number(port), name, () => {
      if (bytes) socket.write(bytes);
    });
    let text = "";
    const answer = () => {
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return undefined;
      const [line, ...fields] = text.slice(0, end).split("\r\n");
      const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(":")).toLowerCase(), field.slice(field.indexOf(":") + 2)]));
      return {
        status: Number(line.split(" ")[1]),
        headers,
        body: text.slice(end + 4),
        socket,
        get all() {
          return text;
        },
      };
    };
    socket.on("data", (data) => {
      text += data.toString("latin1");
      const got = answer();
      if (!got || whole) return;
      const length = Number(got.headers["content-length"] ?? -1);
      if (keep || (length >= 0 && got.body.length >= length)) {
        if (!keep) socket.destroy();
        done(got);
      }
    });
    socket.on("close", () => done(answer() ?? { status: 0, headers: {}, body: text }));
    socket.on("error", () => {});
  });
}
