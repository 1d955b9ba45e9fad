/*
 * The page's files, read once into memory: what is served is looked up by name, so no path can lead anywhere else.
 * In the package, page.json has the page's own files (www/build.mjs writes it) and the package itself the rest; --page names a folder.
 */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export type File = { type: string; body: Buffer };

const TYPES = new Map(
  Object.entries({
    css: "text/css; charset=utf-8",
    html: "text/html; charset=utf-8",
    js: "text/javascript; charset=utf-8",
    json: "application/json",
    map: "application/json",
    svg: "image/svg+xml",
    wasm: "application/wasm", // WebAssembly.instantiateStreaming accepts nothing else
  }),
);
const MOST_FILES = 1000;
const MOST_BYTES = 64 << 20;
const META = '<meta name="kubecred-server" content="">';
const LIMITS = '<meta name="kubecred-limits" content="">';
const NAME = '<meta name="kubecred-name" content="">';
const LONGEST_NAME = 60;

const typeOf = (name: string) => TYPES.get(/\.(\w+)$/.exec(name)?.[1] ?? "") ?? "text/plain; charset=utf-8";

export function loadPage({
  base,
  readOnly,
  folder,
}: {
  /** The random path under which the page finds the API. */
  base: string;
  /** The page says so, before anything is refused. */
  readOnly: boolean;
  /** A built page (dist/); by default the one in the package. */
  folder?: string;
}): Map<string, File> {
  const files = new Map<string, File>();
  const add = (name: string, body: Buffer) => files.set(name, { type: typeOf(name), body });
  if (folder === undefined) packed(add);
  else walk(folder, "", add, { bytes: 0, files: 0 });
  const index = files.get("index.html");
  if (!index)
    throw new Error(folder === undefined ? "the package has no page in it; build it with make build" : `${folder} has no index.html: it is not a built page`);
  const html = index.body.toString("utf8");
  if (!html.includes(META) || !html.includes(LIMITS)) throw new Error("the page is one for another API server (--server), or not kubecred's");
  add("index.html", Buffer.from(html.replace(META, META.replace('""', `"${base}"`)).replace(LIMITS, LIMITS.replace('""', readOnly ? '"read-only"' : '""'))));
  return files;
}

/**
 * Says on the page which cluster it is for, unless the page was built with a name.
 * @param name a kubeconfig's, so it may contain anything
 */
export function namePage(files: Map<string, File>, name: string) {
  const index = files.get("index.html");
  if (!index) return;
  const shown = [...name.replace(/[\p{C}]/gu, "")];
  const text = shown.length > LONGEST_NAME ? `${shown.slice(0, LONGEST_NAME - 1).join("")}…` : shown.join("");
  const quoted = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  files.set("index.html", { ...index, body: Buffer.from(index.body.toString("utf8").replace(NAME, () => NAME.replace('""', () => `"${quoted}"`))) });
}

function packed(add: (name: string, body: Buffer) => void) {
  const here = dirname(fileURLToPath(import.meta.url));
  let page: Record<string, string>;
  try {
    page = JSON.parse(readFileSync(join(here, "page.json"), "utf8"));
  } catch {
    throw new Error("the package has no page in it; build it with make build");
  }
  for (const [name, text] of Object.entries(page)) add(name, Buffer.from(text));
  const { files } = JSON.parse(readFileSync(join(here, "..", "package.json"), "utf8"));
  for (const name of files) if (!/^(bin|cdn)\//.test(name)) add(`kubecred/${name}`, readFileSync(join(here, "..", name)));
}

function walk(folder: string, inside: string, add: (name: string, body: Buffer) => void, total: { bytes: number; files: number }) {
  for (const entry of readdirSync(join(folder, inside), { withFileTypes: true })) {
    const name = inside ? `${inside}/${entry.name}` : entry.name;
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) walk(folder, name, add, total);
    else if (entry.isFile()) {
      total.files += 1;
      total.bytes += statSync(join(folder, name)).size;
      if (total.files > MOST_FILES || total.bytes > MOST_BYTES) throw new Error(`${folder} is larger than a built page`);
      add(name, readFileSync(join(folder, name)));
    }
  }
}
