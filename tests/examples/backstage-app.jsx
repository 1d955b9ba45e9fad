// A Backstage app with the example as its only plugin: what `createApp` does, without its design.
import { AppRouter, FlatRoutes, LocalStorageFeatureFlags, UrlPatternDiscovery, createFetchApi, createSpecializedApp } from "@backstage/core-app-api";
import { createApiFactory, discoveryApiRef, featureFlagsApiRef, fetchApiRef } from "@backstage/core-plugin-api";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Route } from "react-router-dom";
import { KubeconfigPage, kubecredPlugin } from "./index.js";

const { origin } = location;
const signedIn = (input, init) => fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), "X-Token": "of jane" } });
const app = createSpecializedApp({
  apis: [
    createApiFactory(discoveryApiRef, UrlPatternDiscovery.compile(`${origin}/api/{{ pluginId }}`)),
    createApiFactory(fetchApiRef, createFetchApi({ baseImplementation: signedIn })),
    createApiFactory(featureFlagsApiRef, new LocalStorageFeatureFlags()),
  ],
  plugins: [kubecredPlugin],
  icons: {},
  themes: [{ id: "light", title: "Light", variant: "light", Provider: ({ children }) => children }],
  components: {
    Router: BrowserRouter,
    Progress: () => "Loading",
    NotFoundErrorPage: () => "Not found",
    BootErrorPage: ({ error }) => error.message,
    ErrorBoundaryFallback: ({ error }) => error.message,
  },
  configLoader: async () => [{ context: "test", data: { app: { title: "Test", baseUrl: origin }, backend: { baseUrl: origin } } }],
});
const Root = app.createRoot(
  <AppRouter>
    <FlatRoutes>
      <Route path="/kubeconfig" element={<KubeconfigPage />} />
    </FlatRoutes>
  </AppRouter>,
);
createRoot(document.querySelector("main")).render(<Root />);
