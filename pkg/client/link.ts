/*
 * A request or certificate as the fragment of a link, which no server sees: compressed, in letters that a URL takes.
 * What a fragment contains is checked by the core like any paste; anything but a request or a certificate is refused.
 */
import { KubecredError, own } from "../shared/errors.js";
import { matchOf } from "../shared/match.js";
import { MOST_BYTES, pack, unpack } from "../shared/packed.js";
import { newDecoder } from "../shared/texts.js";

/**
 * 1: the PEM text. 2: JSON of a request and of what it is to be submitted with: { pem, name?, signerName?, usages?, expirationSeconds? }.
 * What has none of these is written as version 1, which every kubecred reads.
 */
const FORM = /^([12])\.[A-Za-z0-9_-]+$/;

type Linked = { kind: string; pem: string; requested?: any };

export async function encodeLink(text: string, requested: any, check: (text: string, requested?: any) => Promise<Linked>) {
  const checked = await check(text, requested === undefined ? undefined : { ...own(requested) });
  const body = checked.requested ? JSON.stringify({ pem: checked.pem, ...checked.requested }) : checked.pem;
  return `${checked.requested ? 2 : 1}.${await pack(body)}`;
}

export async function decodeLink(fragment: string, check: (text: string, requested?: any) => Promise<Linked>) {
  const [, version] = typeof fragment === "string" && fragment.length <= MOST_BYTES ? (matchOf(FORM, fragment) ?? []) : [];
  if (!version) throw damaged();
  let pem: unknown, requested: any;
  try {
    const text = newDecoder({ fatal: true }).decode(await unpack(fragment.slice(2)));
    if (version === "1") pem = text;
    else ({ pem, ...requested } = JSON.parse(text));
  } catch (error) {
    throw error instanceof KubecredError ? error : damaged();
  }
  if (typeof pem !== "string") throw damaged();
  return check(pem, requested);
}

const damaged = () => new KubecredError("invalid-pem", "This link is damaged or was not made by kubecred. Ask for it again, or for the text itself.");
