import { useKubeconfigRequest } from "kubecred/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

function Access({ user, groups }) {
  const { state, step, status, error, fileName, start, cancel, save } = useKubeconfigRequest({
    cluster: { server: "/k8s/clusters/one" },
    subject: { user, groups },
    expirationSeconds: 86_400,
    namespace: "default",
  });
  const next = { running: ["Cancel", cancel], done: [`Download ${fileName}`, save] };
  const [label, press] = next[state] ?? [`Request kubeconfig for ${user}`, start];
  return (
    <main>
      <h1>Cluster access</h1>
      <p role="status">{state === "running" ? `Working: ${step ?? "key"}` : state}</p>
      {error && <p role="alert">{error.message}</p>}
      {state === "running" && status && (
        <p>
          Ask an administrator to approve <b>{status.name}</b>, fingerprint <code>{status.request.fingerprint}</code>.
        </p>
      )}
      <button type="button" onClick={press}>
        {label}
      </button>
    </main>
  );
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Access user="jane" groups={["developers"]} />
  </StrictMode>,
);
