// dist/docs, the API reference: a page for each exported name, links that lead somewhere, and nothing that the page's policy refuses.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { test } from "node:test";
import { pkg, root } from "./common.mjs";

const docs = join(root, "dist", "docs");
const files = readdirSync(docs, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(docs, join(entry.parentPath ?? entry.path, entry.name)));
const pages = new Map(files.filter((file) => file.endsWith(".html")).map((file) => [file, readFileSync(join(docs, file), "utf8")]));
const idsOf = new Map([...pages].map(([file, html]) => [file, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))]));

test("every name that a declaration file exports has a page, and the list of all names leads to its entry", () => {
  const kinds = { interface: "interfaces", class: "classes", function: "functions", type: "types" };
  let names = 0;
  for (const entry of ["kubecred", "kubecred/element", "kubecred/react", "kubecred/testing"]) {
    const folder = join(pkg, entry.replace(/^kubecred\/?/, ""));
    const declarations = ["index.d.ts", "types.d.ts"].map((file) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "")).join("");
    const module = entry.replace("/", "_");
    assert.ok(pages.get("modules.html").includes(`href="modules/${module}.html"`), entry);
    for (const [, kind, name] of declarations.matchAll(/^export (?:declare )?(?:abstract )?(interface|class|function|type|const) (\w+)/gm)) {
      const page = `${kinds[kind]}/${module}.${name}.html`;
      assert.ok(pages.has(page), page);
      assert.ok(pages.get(`modules/${module}.html`).includes(`href="../${page}"`), `${page} is linked`);
      names++;
    }
  }
  assert.ok(names > 90, `the control: ${names} names`);
});

test("every link within it leads to a file and a heading", () => {
  let links = 0;
  for (const [file, html] of pages) {
    for (const [, , to] of html.matchAll(/\s(href|src)="([^"]*)"/g)) {
      if (/^https?:/.test(to)) continue;
      const [path, fragment] = to.split("#");
      const target = path ? normalize(join(dirname(file), path)) : file;
      assert.ok(existsSync(join(docs, target)), `${file}: ${to}`);
      if (fragment && pages.has(target)) assert.ok(idsOf.get(target).has(decodeURIComponent(fragment)), `${file}: ${to}`);
      links++;
    }
  }
  assert.ok(links > 1000, `the control: ${links} links`);
});

test("it has no script and no inline style, and the page links to it", () => {
  for (const [file, html] of pages) {
    assert.ok(!/<script|<style|\son\w+="|\sstyle="|javascript:/i.test(html), file);
  }
  assert.deepEqual(
    files.filter((file) => !/\.(html|css|svg)$/.test(file)),
    [],
  );
  assert.ok(readFileSync(join(root, "dist", "index.html"), "utf8").includes('href="docs/index.html"'));
  assert.ok(!readFileSync(join(root, "dist", "offline.html"), "utf8").includes("docs/index.html"), "a file has nothing next to it");
});
