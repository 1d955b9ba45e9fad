// A card that takes the place of another one cannot be decided on before what differs has been visible for a second.
export { UNREAD, disarm, sameRequest } from "../kubecred/ui/arm.js";

/** @typedef {import("../kubecred/ui/arm.js").Control} Control */
