// The official client's loader, by itself.
import { KubeConfig } from "@kubernetes/client-node";

export function loadFromString(text) {
  const config = new KubeConfig();
  config.loadFromString(text);
  return config;
}
