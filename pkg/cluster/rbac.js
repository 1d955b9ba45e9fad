/*
 * Permissions in one cluster: objects applied, what the caller may do, and which bindings name somebody.
 */
import { KubecredError, field, listOf, own, signalOf, textOf } from "../shared/errors.js";
import { applyAll } from "./apply.js";
import { unrepeated } from "./requests.js";

export class Permissions {
  #way;

  /** @param {import("./tokens.js").Way} way */
  constructor(way) {
    this.#way = way;
  }

  /** @param {string} operation @param {any} args @param {any} how */
  async #ask(operation, args, how) {
    return (await this.#way.exchange(operation, args, signalOf(own(how, ["signal"]).signal))).value;
  }

  /** @param {any[]} objects @param {any} [options] */
  async apply(objects, options) {
    return applyAll(objects, own(options, ["dryRun", "force", "signal"]), this.#way);
  }

  /** @param {string} namespace @param {any} [how] */
  async permissions(namespace, how) {
    return this.#ask("permissions", { namespace }, how);
  }

  /** @param {any} question @param {any} [how] */
  async can(question, how) {
    return this.#ask("can", question, how);
  }

  /** @param {any} who @param {any} [how] */
  async bindingsOf(who, how) {
    const { user, groups: given } = own(who, ["user", "groups"]);
    textOf("user", user ?? null);
    const groups = given === undefined ? undefined : listOf("groups", given);
    for (const [index, group] of groups?.entries() ?? []) textOf(`groups[${index}]`, group ?? null);
    const found = [];
    for (const operation of ["list-cluster-role-bindings", "list-role-bindings"]) {
      const next = unrepeated();
      do {
        const page = await this.#ask(operation, { pageSize: 500, continue: next.token }, how);
        // Go writes an empty list as null.
        const items = field(page, "items") ?? [];
        if (!Array.isArray(items) || !items.every((item) => item !== null && typeof item === "object"))
          throw new KubecredError("bad-answer", "The answer is not a list of role bindings.");
        found.push(...(await this.#way.core("boundTo", items, { user, groups })));
        next.take(field(page, "metadata", "continue"), items.length > 0);
      } while (next.token !== undefined);
    }
    return found;
  }
}
