/*
 * Permissions in one cluster: objects applied, what the caller may do, and which bindings name somebody.
 */
import { KubecredError, field, listOf, own, signalOf, textOf } from "../shared/errors.js";
import { applyAll } from "./apply.js";
import { unrepeated } from "./requests.js";
import type { Way } from "./tokens.js";
import type { Kept } from "../shared/kept.js";
import type * as types from "../types.js";

export class Permissions implements Kept<types.ClusterRbac> {
  #way;

  constructor(way: Way) {
    this.#way = way;
  }

  async #ask(operation: string, args: any, how: any) {
    return (await this.#way.exchange(operation, args, signalOf(own(how, ["signal"]).signal))).value;
  }

  async apply(objects: any[], options?: any) {
    return applyAll(objects, own(options, ["dryRun", "force", "signal"]), this.#way);
  }

  async permissions(namespace: string, how?: any) {
    return this.#ask("permissions", { namespace }, how);
  }

  async can(question: any, how?: any) {
    return this.#ask("can", question, how);
  }

  async bindingsOf(who: any, how?: any) {
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
