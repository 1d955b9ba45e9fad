// What is known of the invitation that is open.
/** @import { InvitationReport, Kubeconfig, PrivateKey } from "../kubecred/index.js" */

/**
 * @typedef {object} Made
 * @property {PrivateKey} key
 * @property {Kubeconfig} kubeconfig
 * @property {string} certificate
 *
 * @typedef {object} Visit
 * @property {string} link empty once the certificate was issued
 * @property {InvitationReport} report
 * @property {string} user
 * @property {PrivateKey | null} key
 * @property {string} [certificate]
 * @property {boolean} saved whether the kubeconfig was saved
 * @property {boolean} kept whether the person has a copy of the key
 * @property {() => void} placed says at the foot where the key is
 * @property {() => void} stop ends the waiting
 * @property {(key: PrivateKey) => void} haveKey takes a key, which the line at the foot then says
 */
export {};
