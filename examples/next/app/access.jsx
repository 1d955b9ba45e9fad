"use client";
import { useKubeconfigRequest } from "kubecred/react";

export function Access({ user, groups }) {
  const { state, status, error, fileName, start, save } = useKubeconfigRequest({
    cluster: { server: "/k8s/clusters/one" },
    subject: { user, groups },
    expirationSeconds: 86_400,
    namespace: "default",
  });
  return (
    <>
      <p role="status">{state}</p>
      {error && <p role="alert">{error.message}</p>}
      {state === "running" && status && <p>Ask an administrator to approve {status.name}.</p>}
      {state === "done" ? (
        <button type="button" onClick={save}>
          Download {fileName}
        </button>
      ) : (
        <button type="button" disabled={state === "running"} onClick={start}>
          Request kubeconfig for {user}
        </button>
      )}
    </>
  );
}
