/*
 * Invitations, the administrator's side: made, listed, closed and revoked in a cluster. The core decides what the objects are and
 * which of those that are found belong to an invitation; this file decides in which order requests are sent.
 */
import { KubecredError, field, flagOf, listOf, own, signalOf } from "../shared/errors.js";
import { now } from "../shared/now.js";
import { pack } from "../shared/packed.js";
import { unrepeated } from "./requests.js";
import { issueToken } from "./tokens.js";
import type { Way } from "./tokens.js";
import type { Kept } from "../shared/kept.js";
import type * as types from "../types.js";

const KINDS = ["ServiceAccount", "ClusterRole", "ClusterRoleBinding", "RoleBinding"];
/** The binding first: a token is accepted for up to ten seconds after its account was deleted (the API server's cache of tokens). */
const OWN = ["ClusterRoleBinding", "ServiceAccount", "ClusterRole"];
/** What a link begins with, as a fragment. */
export const ROUTE = "#/invitation/1.";

export class Invitations implements Kept<types.Invitations> {
  #way;

  constructor(way: Way) {
    this.#way = way;
  }

  #plan(options: any) {
    return this.#way.core("planInvitation", options, now());
  }

  async #ask(operation: string, args: any, signal?: AbortSignal) {
    return (await this.#way.exchange(operation, args, signal)).value;
  }

  async preview(options: any) {
    const { invitation, objects, findings } = await this.#plan(own(options));
    return { invitation, objects, findings };
  }

  async create(options: any, how?: { signal?: AbortSignal }) {
    const asked = own(options);
    const signal = signalOf(own(how, ["signal"]).signal);
    const {
      invitation: { name },
      objects: [namespace, account],
    } = await this.#plan(asked);
    const made = { name, uids: {}, tried: false } as any;
    try {
      // The namespace is shared: administrators may have their own labels on it.
      if (!(await this.#exists(namespace, signal))) await this.#ask("apply", { object: namespace }, signal);
      const created = [await this.#create(account, made, signal)];
      const token = await issueToken(
        { serviceAccount: name, namespace: account.metadata.namespace, expirationSeconds: asked.validSeconds },
        { signal },
        this.#way,
      );
      // Again, since the server decides how long the token is valid.
      const { invitation, objects, findings, link, page } = await this.#plan({ ...asked, name, expiresAt: token.expiresAt });
      const [, , role, binding, ...forUser] = objects;
      const bound = forUser.pop();
      for (const object of [role, binding]) created.push(await this.#create(object, made, signal));
      for (const object of forUser) created.push(await this.#ask("apply", { object }, signal)); // a role that others may be bound to
      if (bound) {
        const stored = await this.#create(bound, made, signal);
        invitation.role.uid = stored.metadata.uid;
        created.push(stored);
      }
      const text = JSON.stringify({ ...link, token: token.token });
      return {
        link: `${page}${ROUTE}${await pack(text)}`,
        invitation: { ...invitation, state: "open", createdAt: field(created[0], "metadata", "creationTimestamp"), uids: made.uids },
        objects: created,
        findings: [...findings, ...token.findings.filter(({ level }: any) => level !== "notice")],
      };
    } catch (error) {
      throw await this.#undo(made, error);
    }
  }

  async #exists(object: any, signal?: AbortSignal) {
    try {
      await this.#ask("get-object", { object }, signal);
      return true;
    } catch (error) {
      if ((error as any).code === "not-found") return false;
      throw error;
    }
  }

  /** Creates an object, and never takes one over that has the name. */
  async #create(object: any, made: any, signal?: AbortSignal) {
    const { metadata } = object;
    const taken = () =>
      new KubecredError(
        "already-exists",
        `An object named ${metadata.name} exists already, possibly of an earlier invitation. Create the invitation under another name.`,
      );
    if (await this.#exists(object, signal)) throw taken();
    made.tried = true;
    const { status, value } = await this.#way.exchange("apply", { object }, signal);
    if (status !== 201) throw taken(); // between the two requests
    const uid = field(value, "metadata", "uid");
    if (OWN.includes(object.kind) && !Object.hasOwn(made.uids, object.kind)) made.uids[object.kind] = uid;
    else made.role = { kind: object.kind, namespace: metadata.namespace, uid };
    return value;
  }

  /** Deletes what was made before a step failed. */
  async #undo(made: any, error: any) {
    if (["session-closed", "wasm-panicked"].includes(error.code)) return error;
    try {
      // An answer may be lost, so what is there counts; where it cannot be listed, what is known.
      const found = made.tried
        ? await this.list().then(
            (all) => all.find((one: any) => one.name === made.name),
            () => undefined,
          )
        : undefined;
      await this.revoke(found ?? made, { role: true });
      return error;
    } catch {
      return new KubecredError(error.code, error.message, [...(error.details ?? []), { field: "left", message: made.name }], error.field);
    }
  }

  async list(options?: { signal?: AbortSignal }) {
    const signal = signalOf(own(options, ["signal"]).signal);
    const lists: Record<string, any[]> = {};
    for (const kind of KINDS) lists[kind] = await this.#all(kind, signal);
    const invitations = await this.#way.core("listInvitations", lists, now());
    for (const invitation of invitations) {
      try {
        invitation.request = await this.#way.core("readSigningRequest", await this.#ask("get-signing-request", { name: invitation.name }, signal), now());
      } catch (error) {
        if ((error as any).code !== "not-found") throw error;
        continue;
      }
      if (invitation.state === "open") invitation.state = "requested";
    }
    return invitations;
  }

  async #all(kind: string, signal?: AbortSignal) {
    const found = [];
    const next = unrepeated();
    do {
      const page = await this.#ask("list-invitations", { kind, continue: next.token }, signal);
      const items = listOf("items", field(page, "items") ?? [], () => new KubecredError("bad-answer", "The answer is not a list."));
      found.push(...items);
      next.take(field(page, "metadata", "continue"), items.length > 0);
    } while (next.token !== undefined);
    return found;
  }

  async close(invitation: any, options?: { signal?: AbortSignal }) {
    const signal = signalOf(own(options, ["signal"]).signal);
    const { name, uids } = own(invitation);
    await this.#change("close-invitation", { name, uid: field(uids, "ClusterRole") }, signal);
  }

  async revoke(invitation: any, options?: { role?: boolean; signal?: AbortSignal }) {
    const { role: withRole, signal: given } = own(options, ["role", "signal"]);
    const signal = signalOf(given);
    flagOf("role", withRole);
    const { name, uids, role } = own(invitation);
    const all: any[] = OWN.map((kind) => ({ kind, name, uid: field(uids, kind) }));
    if (withRole) all.push({ kind: field(role, "kind"), name, uid: field(role, "uid"), namespace: field(role, "namespace"), forUser: true });
    let failure: unknown;
    for (const one of all) {
      if (one.uid === undefined) continue;
      try {
        await this.#change("delete-invitation", one, signal);
      } catch (error) {
        // The others are deleted all the same.
        if ((error as any).code !== "not-found") failure ??= error;
      }
    }
    if (failure) throw failure;
  }

  async #change(operation: string, args: any, signal?: AbortSignal) {
    try {
      await this.#ask(operation, args, signal);
    } catch (error) {
      if ((error as any).code !== "conflict") throw error;
      throw new KubecredError("changed", "Another object has the name by now, so it was left as it is. List the invitations again.");
    }
  }

  async match(status: any, invitations?: any[]) {
    const all = invitations === undefined ? await this.list() : listOf("invitations", invitations);
    return (await this.#way.core("matchInvitation", { report: status, invitations: all })) ?? undefined;
  }
}
