// js-yaml, by itself.
export { dump, load } from "js-yaml";
