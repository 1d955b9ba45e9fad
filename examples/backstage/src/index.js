import { createPlugin, createRoutableExtension, createRouteRef } from "@backstage/core-plugin-api";

const rootRouteRef = createRouteRef({ id: "kubecred" });

export const kubecredPlugin = createPlugin({ id: "kubecred", routes: { root: rootRouteRef } });

/** In the app: <Route path="/kubeconfig" element={<KubeconfigPage />} /> */
export const KubeconfigPage = kubecredPlugin.provide(
  createRoutableExtension({
    name: "KubeconfigPage",
    component: () => import("./KubeconfigPage").then((module) => module.KubeconfigPage),
    mountPoint: rootRouteRef,
  }),
);
