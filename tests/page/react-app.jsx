// What react.test.mjs mounts: development React, under StrictMode, which mounts everything twice.
import { useKubeconfigRequest, useKubecred } from "kubecred/react";
import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";

const OPTIONS = { cluster: { server: "/k8s/clusters/one", headers: { "X-Portal": "yes" } }, expirationSeconds: 3600, namespace: "default" };

function Session() {
  const { state, kubecred } = useKubecred();
  useEffect(() => {
    globalThis.session = kubecred;
  }, [kubecred]);
  return <p id="session">{state}</p>;
}

function Request({ user, kubecred }) {
  const request = useKubeconfigRequest({ ...OPTIONS, subject: { user }, ...(kubecred && { kubecred }) });
  const { state, step, status, kubeconfig, fileName, error, start, cancel, save } = request;
  globalThis.handle = kubeconfig ?? globalThis.handle;
  return (
    <div>
      <p id="state">
        {state} {step} {status?.request.user} {error?.code}
      </p>
      <button type="button" onClick={start}>
        Start
      </button>
      <button type="button" onClick={cancel}>
        Cancel
      </button>
      {fileName && (
        <button type="button" onClick={save}>
          Save {fileName}
        </button>
      )}
    </div>
  );
}

function Shared({ user, request }) {
  const { kubecred } = useKubecred();
  return kubecred && request ? <Request user={user} kubecred={kubecred} /> : <p id="session">{kubecred ? "ready" : "starting"}</p>;
}

const PARTS = { Session, Request, Shared };
let root;
globalThis.mount = (part, properties) => {
  root ??= createRoot(document.getElementById("root"));
  const Part = PARTS[part];
  root.render(
    <StrictMode>
      <Part {...properties} />
    </StrictMode>,
  );
};
globalThis.unmount = () => {
  root.unmount();
  root = undefined;
};
document.documentElement.dataset.ready = "";
