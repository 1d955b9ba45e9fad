// kubecred/react and kubecred/element as their users get them, in Node: importing and rendering on a server start nothing. (StrictMode, workers and a real API server: tests/page/react.test.mjs.)
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { packed, root } from "./packed.mjs";

let it;
before(() => {
  it = packed();
  for (const name of ["react", "react-dom", "scheduler"]) symlinkSync(join(root, "node_modules", name), join(it.folder, "node_modules", name));
});
after(() => it?.remove());

/** Runs a module next to the installed package; gives what it prints. */
function run(name, source) {
  const file = join(it.folder, name);
  writeFileSync(file, source);
  return execFileSync(process.execPath, ["--no-warnings", "--preserve-symlinks", file], { cwd: it.folder, encoding: "utf8", timeout: 120_000 });
}

for (const entry of ["kubecred/react", "kubecred/react/inline"]) {
  test(`${entry} renders on a server: the first state, and no session`, () => {
    const said = run(
      `${entry.replaceAll("/", "-")}.mjs`,
      `import { createElement as h } from "react";
      import { renderToString } from "react-dom/server";
      let started = 0;
      globalThis.Worker = class { constructor() { started += 1; } };
      const hooks = await import(${JSON.stringify(entry)});
      function Page() {
        const session = hooks.useKubecred();
        const request = hooks.useKubeconfigRequest({ subject: { user: "jane" } });
        return h("p", null, [session.state, String(session.kubecred), request.state, typeof request.start, typeof request.cancel, typeof request.save].join(" "));
      }
      console.log(Object.keys(hooks).sort().join(" "));
      console.log(renderToString(h(Page)));
      console.log(started);`,
    );
    assert.equal(said, "useKubeconfigRequest useKubecred\n<p>starting undefined idle function function function</p>\n0\n");
  });
}

for (const entry of ["kubecred/element", "kubecred/element/inline"]) {
  test(`importing ${entry} in Node does nothing`, () => {
    const said = run(
      `${entry.replaceAll("/", "-")}.mjs`,
      `let started = 0;
      globalThis.Worker = class { constructor() { started += 1; } };
      const before = Object.keys(globalThis).length;
      const elements = await import(${JSON.stringify(entry)});
      console.log(Object.keys(elements).sort().join(" "), Object.keys(globalThis).length - before, started);`,
    );
    assert.equal(said, "KubecredAccess KubecredKubeconfig KubecredReview 0 0\n");
  });
}

for (const [module, resolution] of [
  ["NodeNext", "NodeNext"],
  ["ESNext", "Bundler"],
]) {
  test(`TypeScript reads the declarations of elements and hooks (${resolution}), without skipLibCheck and without React's types`, () => {
    cpSync(join(root, "tests", "package", "types", "entries.ts"), join(it.folder, "entries.ts"));
    const compilerOptions = {
      lib: ["ES2022", "DOM"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      target: "ES2022",
      module,
      moduleResolution: resolution,
    };
    const file = join(it.folder, `tsconfig.${resolution}.json`);
    writeFileSync(file, JSON.stringify({ compilerOptions, files: ["entries.ts"] }));
    try {
      execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", file], { encoding: "utf8" });
    } catch (error) {
      assert.fail(error.stdout);
    }
  });
}
