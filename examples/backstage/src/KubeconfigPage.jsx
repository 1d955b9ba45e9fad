import { discoveryApiRef, fetchApiRef, identityApiRef, useApi } from "@backstage/core-plugin-api";
import "kubecred/element";
import { useCallback, useEffect, useState } from "react";

/** Backstage's Kubernetes proxy takes the cluster from this header; fetchApi adds the token of the person who is signed in. */
export function KubeconfigPage({ cluster = "one" }) {
  const [discovery, { fetch }, identity] = [useApi(discoveryApiRef), useApi(fetchApiRef), useApi(identityApiRef)];
  const [portal, setPortal] = useState();
  const [problem, setProblem] = useState();
  useEffect(() => {
    const read = async () => {
      const { userEntityRef } = await identity.getBackstageIdentity();
      setPortal({ server: `${await discovery.getBaseUrl("kubernetes")}/proxy`, user: userEntityRef });
    };
    read().catch(setProblem);
  }, [discovery, identity]);
  // React 18 sets attributes only; the properties are set here. An element takes them before and after it is defined.
  const setUp = useCallback(
    (element) => {
      if (element) Object.assign(element, { fetch, headers: { "Backstage-Kubernetes-Cluster": cluster } });
    },
    [cluster, fetch],
  );
  if (problem) return <p role="alert">{problem.message}</p>;
  return portal ? <kubecred-access ref={setUp} path="certificate" expiration-seconds="86400" {...portal} /> : null;
}
