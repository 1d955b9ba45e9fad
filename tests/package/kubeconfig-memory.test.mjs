// A kubeconfig's texts are parts of the file that was read, which is kept whole until it is disposed: what is made of it
// keeps nothing of the rest, and in the end nothing is left. The controls look while it is there.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { failure, open } from "./common.mjs";
import { memories } from "./memories.mjs";
import { searcher } from "./secrets.mjs";

test("one context keeps nothing of the others, and nothing is left of a file", async (t) => {
  const kubecred = await open({ worker: false });
  t.after(() => kubecred.close());
  const memory = memories.at(-1);
  const canaries = Object.fromEntries(
    ["comment", "plain", "escaped", "folded", "field", "mine"].map((name) => [name, Buffer.from(randomBytes(24).toString("hex"))]),
  );
  const search = searcher(canaries);
  const { comment, plain, escaped, folded, field, mine } = canaries;
  const yaml = `users: # ${comment}
- {name: a, user: {token: ${plain}}}
- {name: b, user: {token: "\\x61${escaped}"}}
- name: c
  user: {password: 'one two

    ${folded}'}
- {name: d, user: {odd: ${field}}}
- {name: me, user: {token: ${mine}}}
contexts:
- {name: me, context: {user: me, cluster: k}}
clusters:
- {name: k, cluster: {server: "https://k"}}
`;
  const names = (found) => [...new Set(found)].sort();
  const read = await kubecred.kubeconfig.parse(yaml);
  assert.deepEqual(names(search(memory)), Object.keys(canaries).sort(), "the control: it is there while it is held");
  const small = await read.minify("me");
  read.dispose();
  assert.deepEqual(names(search(memory)), ["mine"], "one context is held");
  small.dispose();
  assert.deepEqual(search(memory), [], "nothing is held");

  for (const wrong of [
    yaml.replace("contexts:", "contexts: ["),
    yaml.replace("name: b", "name: a"),
    yaml.replace("\\x61", "\\q"),
    Buffer.concat([Buffer.from(yaml), Buffer.from([0xff])]),
  ]) {
    const { code } = await failure(kubecred.kubeconfig.parse(wrong));
    assert.match(code, /^invalid-/);
    assert.deepEqual(search(memory), [], code);
  }
  kubecred.close();
  assert.deepEqual(search(memory), [], "close");
});
