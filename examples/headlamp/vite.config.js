// One file, dist/main.js, as Headlamp loads plugins: UMD, with React and Headlamp's library from the global pluginLib. @kinvolk/headlamp-plugin
// builds it in the same way (`headlamp-plugin build`), with src/index.tsx as its entry.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const globals = {
  react: "pluginLib.React",
  "react/jsx-runtime": "pluginLib.ReactJSX",
  "@kinvolk/headlamp-plugin/lib": "pluginLib",
  "@kinvolk/headlamp-plugin/lib/K8s": "pluginLib.K8s",
};

export default defineConfig({
  plugins: [react()],
  build: {
    lib: { entry: "src/index.jsx", name: "main", formats: ["umd"], fileName: () => "main.js" },
    rollupOptions: { external: Object.keys(globals), output: { globals } },
  },
});
