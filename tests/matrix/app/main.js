import { open } from "kubecred";
import { flow, show } from "./flow.js";

show(flow(open)).catch(() => {});
