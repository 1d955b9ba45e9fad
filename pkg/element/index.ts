/*
 * kubecred/element: defines the custom elements, with the package's own worker and module next to it. Where the platform has no elements (Node) it does nothing.
 */
import { open } from "../index.js";
import { define } from "./base.js";
import { ELEMENTS } from "./elements.js";

export { KubecredAccess, KubecredKubeconfig, KubecredReview } from "./elements.js";

define(open, ELEMENTS);
