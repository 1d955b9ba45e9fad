/*
 * The elements by their tags.
 */
import { KubecredAccess } from "./access.js";
import { KubecredKubeconfig } from "./kubeconfig.js";
import { KubecredReview } from "./review.js";

export { KubecredAccess, KubecredKubeconfig, KubecredReview };

export const ELEMENTS = { "kubecred-access": KubecredAccess, "kubecred-kubeconfig": KubecredKubeconfig, "kubecred-review": KubecredReview };
