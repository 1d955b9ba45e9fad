import { open } from "kubecred/inline";
import { flow, show } from "./flow.js";

show(flow(open)).catch(() => {});
