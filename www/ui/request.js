// A certificate signing request as a person decides on it.
export { approvalOf, cardOf, denialOf, findingsOf, objectRows, requestRows, row, rowsOf } from "../kubecred/ui/request.js";
