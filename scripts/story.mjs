// The three-minute story: an administrator invites jane, jane accepts in a second browser profile, the administrator approves, jane saves the file.
// `make demo` prints it (node scripts/story.mjs PAGE KUBECTL), the README tells it, and tests/page/story.test.mjs follows it act by act in Chromium and Firefox.
//   act: { press } a button or link by its words · { type: [label, text] } into a field · { copy } a button that copies · { open } what was copied, in a profile
//        { see } words that must be there first · { save } a button that saves a file · { run } a command line with that file
import { pathToFileURL } from "node:url";

/** `page`: where jane opens the page; `kubectl`: the program. */
export const story = ({ page = "PAGE", kubectl = "kubectl" } = {}) => [
  {
    who: "administrator",
    says: `As the administrator, choose "Invitations", type the user jane and the group developers, and ${page} as the page address. Choose "Through the page".`,
    acts: [
      { press: "Invitations" },
      { see: "Invite someone" },
      { type: ["User name", "jane"] },
      { type: ["Group", "developers"] },
      { type: ["Page address", page] },
      { choose: "Through the page" },
    ],
  },
  {
    who: "administrator",
    says: 'Press "Show what will be created", then "Create the invitation", then "Copy link".',
    acts: [{ press: "Show what will be created" }, { see: "kubecred-invitations" }, { press: "Create the invitation" }, { copy: "Copy link" }],
  },
  {
    who: "jane",
    says: 'Open the link in another browser profile, read who invites you to what, and press "Accept the invitation".',
    acts: [{ open: "the link" }, { see: "You are invited as" }, { press: "Accept the invitation" }, { see: "Waiting for approval" }],
  },
  {
    who: "administrator",
    says: 'Press "Review requests": the request matches the invitation that you created for jane, and its fingerprint is the one that jane sees. Press "Approve jane (developers) for 7 days".',
    acts: [{ press: "Review requests" }, { see: "Matches the invitation that you created for" }, { press: "Approve jane (developers) for 7 days" }],
  },
  { who: "jane", says: 'Press "Save the kubeconfig".', acts: [{ see: "Your kubeconfig is ready" }, { save: "Save the kubeconfig" }] },
  { who: "jane", says: `Ask the cluster who you are: ${kubectl} --kubeconfig FILE auth whoami`, acts: [{ run: ["auth", "whoami"] }] },
];

/**
 * Seconds that a person needs, by the keystroke-level model (Card, Moran, Newell 1980): pointing 1.1, a press 0.2, a keystroke 0.28, deciding what to do next
 * 1.35; and 10 to read what is to be read before going on. An address is pasted, not typed.
 */
const POINT = 1.1,
  PRESS = 0.2,
  KEY = 0.28,
  THINK = 1.35,
  READ = 10;
const secondsOf = ({ type, see, open, run }) => {
  if (see) return READ;
  if (type) return THINK + POINT + PRESS + KEY * Math.min(type[1].length, 12);
  if (open) return 2 * (THINK + POINT + PRESS);
  if (run) return THINK + KEY * 60;
  return THINK + POINT + PRESS;
};
export const seconds = (steps) => steps.flatMap(({ acts }) => acts).reduce((sum, act) => sum + secondsOf(act), 0);

export const lines = (steps) => steps.map(({ who, says }, index) => `  ${index + 1}. ${who}: ${says}`);

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [page, kubectl] = process.argv.slice(2);
  console.log(lines(story({ page, kubectl })).join("\n"));
}
