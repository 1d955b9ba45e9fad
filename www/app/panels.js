// The panels of the page, in the order of the navigation. The first is the page without an address. This list is all that the page knows of a panel; HACKING.md, "Adding a panel", says the rest.
//   id      the part of the address behind #/, and of the section's id: panel-ID
//   nav     its word in the navigation; without one, `within` is the panel whose word is marked, if any
//   title   its word in the title of the window
//   load    its module, fetched when the panel is first opened. It exports `start(section)`, which builds what the panel needs inside the
//           section (an empty one, or the one of that id in index.html) and gives back what the page may ask of it:
//             open(rest)    the panel is shown; `rest` is what is behind #/ID/, decoded
//             close()       another one is shown
//             drop(file)    a file was dropped on the page: { name, bytes }; see drop.js
import * as start from "../start/panel.js"; // the first one is there at once

export const PANELS = [
  { id: "start", title: "Start", load: async () => start },
  { id: "access", nav: "Get access", title: "Get access", load: () => import("../access/panel.js") },
  { id: "review", nav: "Review requests", title: "Review requests", load: () => import("../review/panel.js") },
  { id: "invite", nav: "Invitations", title: "Invitations", load: () => import("../invite/panel.js") },
  { id: "invitation", within: "access", title: "Your invitation", load: () => import("../invitation/panel.js") },
  { id: "robot", nav: "Service accounts", title: "Service accounts", load: () => import("../service-accounts/panel.js") },
  { id: "roles", nav: "Permissions", title: "Permissions", load: () => import("../rbac/panel.js") },
  { id: "kubeconfig", nav: "Kubeconfigs", title: "Kubeconfigs", load: () => import("../kubeconfig/panel.js") },
  { id: "how", nav: "How it works", title: "How it works", load: () => import("../how/panel.js") },
];
