// Lists in pages: the next page is asked for while one is read and looked at, one at most, and none that nobody wants any more.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { open } from "../../pkg/node.js";

const kubecred = await open();
after(() => kubecred.close());

const item = (name) => ({ metadata: { name }, spec: { request: "eA==", signerName: "example.com/x" }, status: {} });
const body = (number, last) =>
  JSON.stringify({ metadata: { resourceVersion: "7", ...(last ? {} : { continue: `token-${number}` }) }, items: [item(`r${number}`)] });

/** A server of so many pages, each of which is answered when the test lets it. */
function server(count, answer = body) {
  const asked = [];
  const fetch = (url, { signal }) =>
    new Promise((resolve, reject) => {
      const token = new URL(url).searchParams.get("continue");
      const number = token === null ? 0 : Number(token.slice("token-".length)) + 1;
      const one = {
        token,
        aborted: false,
        answer: () => resolve(new Response(answer(number, number === count - 1), { headers: { "content-type": "application/json" } })),
      };
      signal.addEventListener("abort", () => {
        one.aborted = true;
        reject(new Error("aborted"));
      });
      asked.push(one);
      told();
    });
  let told = () => {};
  /** Until so many pages were asked for. */
  const until = async (number) => {
    while (asked.length < number)
      await new Promise((resolve) => {
        told = resolve;
      });
    return asked[number - 1];
  };
  return { asked, until, cluster: kubecred.cluster({ server: "https://cluster.example:6443", fetch }) };
}

/** Whatever was under way in this process and in the worker is over: a call to it and back, after the timers of now. */
const settled = async () => {
  await kubecred.classify("");
  await new Promise((resolve) => setImmediate(resolve));
  await kubecred.classify("");
};

const namesOf = ({ statuses }) => statuses.map(({ name }) => name);

test("one page is fetched ahead, and no second one", async () => {
  const { asked, until, cluster } = server(4);
  const pages = cluster.csr.pages()[Symbol.asyncIterator]();
  let given = false;
  const first = pages.next().finally(() => {
    given = true;
  });
  (await until(1)).answer();
  const second = await until(2);
  assert.equal(given, false, "it is asked for while the core reads the first page");
  assert.deepEqual(namesOf((await first).value), ["r0"]);
  second.answer(); // nobody has taken the second page yet
  await settled();
  assert.deepEqual(
    asked.map(({ token }) => token),
    [null, "token-0"],
  );
  assert.deepEqual(namesOf((await pages.next()).value), ["r1"]);
  (await until(3)).answer();
  assert.deepEqual(namesOf((await pages.next()).value), ["r2"]);
  (await until(4)).answer();
  assert.deepEqual(namesOf((await pages.next()).value), ["r3"]);
  assert.equal((await pages.next()).done, true);
  assert.equal(asked.length, 4);
});

/** The first page is taken, and the second is on its way. */
async function oneTaken(pages, until) {
  const first = pages.next();
  (await until(1)).answer();
  await first;
  return until(2);
}

test("who stops early ends the request for the page ahead", async () => {
  const { asked, until, cluster } = server(9);
  const pages = cluster.csr.pages()[Symbol.asyncIterator]();
  const ahead = await oneTaken(pages, until);
  assert.equal(ahead.aborted, false);
  await pages.return();
  assert.equal(ahead.aborted, true);
  await settled();
  assert.equal(asked.length, 2);
});

test("the caller's signal ends it as well, and what is asked for next", async () => {
  const { until, cluster } = server(9);
  const stop = new AbortController();
  const pages = cluster.csr.pages({ signal: stop.signal })[Symbol.asyncIterator]();
  const ahead = await oneTaken(pages, until);
  stop.abort();
  assert.equal(ahead.aborted, true);
  await assert.rejects(pages.next(), { code: "aborted" });
});

test("a page that is there already is not given once the signal has aborted", async () => {
  const { until, cluster } = server(2);
  const stop = new AbortController();
  const pages = cluster.csr.pages({ signal: stop.signal })[Symbol.asyncIterator]();
  (await oneTaken(pages, until)).answer();
  await settled();
  stop.abort();
  await assert.rejects(pages.next(), { code: "aborted" });
});

test("a page that was fetched ahead and fails is told of when it is its turn", async () => {
  const { until, cluster } = server(3, (number, last) => (number === 1 ? "no list" : body(number, last)));
  const taken = cluster.csr.pages()[Symbol.asyncIterator]();
  (await oneTaken(taken, until)).answer();
  await settled();
  await assert.rejects(taken.next(), { code: "bad-answer" });
});

test("the page ahead is not taken where the list names another one at its end", async () => {
  // Of two keys of one name the last counts, as in Go; the page ahead was asked for by the first.
  const twice = (number, last) =>
    number === 0 ? `{"metadata":{"continue":"token-5"},"items":[${JSON.stringify(item("r0"))}],"metadata":{"continue":"token-0"}}` : body(number, last);
  const { asked, until, cluster } = server(2, twice);
  const pages = cluster.csr.pages()[Symbol.asyncIterator]();
  const ahead = await oneTaken(pages, until);
  assert.equal(ahead.token, "token-5");
  const second = pages.next();
  (await until(3)).answer();
  assert.deepEqual(namesOf((await second).value), ["r1"]);
  assert.equal((await pages.next()).done, true);
  assert.deepEqual(
    asked.map(({ token }) => token),
    [null, "token-5", "token-0"],
  );
  assert.equal(ahead.aborted, true);
});
