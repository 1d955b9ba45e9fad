// Answers of an API server for the page's questions, given by the browser's network layer: for tests that want to say
// hostile things a real server would not store, and for states that a real cluster passes through too fast to look at.

const JSON_TYPE = { "content-type": "application/json" };
const whoami = (user, groups) => ({
  kind: "SelfSubjectReview",
  apiVersion: "authentication.k8s.io/v1",
  metadata: {},
  status: { userInfo: { username: user, groups } },
});
const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

/** `answers` maps "METHOD path" to an object, or to a function of the request that gives one; what is not named is 404. */
export async function answerAs(context, { user = "admin", groups = ["system:masters"], requests = [], answers = {} } = {}) {
  const known = {
    "POST /apis/authentication.k8s.io/v1/selfsubjectreviews": whoami(user, groups),
    "GET /version": { major: "1", minor: "36", gitVersion: "v1.36.3" },
    [`GET ${CSRS}`]: { kind: "CertificateSigningRequestList", apiVersion: "certificates.k8s.io/v1", metadata: { resourceVersion: "1" }, items: requests },
    ...answers,
  };
  await context.route(
    (url) => /^\/(api|apis|version)(\/|$)/.test(url.pathname),
    async (route) => {
      const request = route.request();
      if (new URL(request.url()).searchParams.has("allowWatchBookmarks")) return; // nothing ever changes
      const answer = known[`${request.method()} ${new URL(request.url()).pathname}`];
      if (answer === undefined) {
        return route.fulfill({
          status: 404,
          headers: JSON_TYPE,
          body: JSON.stringify({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "not found", reason: "NotFound", code: 404 }),
        });
      }
      return route.fulfill({ status: 200, headers: JSON_TYPE, body: JSON.stringify(typeof answer === "function" ? answer(request) : answer) });
    },
  );
}
