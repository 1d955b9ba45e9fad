// The script of a service worker or shared worker, for a bundler that makes a classic script of it.
import { open } from "kubecred/inline";
import { flow } from "./flow.js";

const answer = (port) => {
  void flow(open).then((result) => port.postMessage(result));
};
globalThis.onmessage = ({ ports }) => answer(ports[0]);
globalThis.onconnect = ({ ports }) => answer(ports[0]);
