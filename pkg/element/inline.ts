/*
 * kubecred/element/inline: the same elements with kubecred/inline, for one-file builds such as Headlamp plugins.
 */
import { open } from "../inline.js";
import { define } from "./base.js";
import { ELEMENTS } from "./elements.js";

export { KubecredAccess, KubecredKubeconfig, KubecredReview } from "./elements.js";

define(open, ELEMENTS);
