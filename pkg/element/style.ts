/*
 * How the elements look: one constructable style sheet, so that a Content-Security-Policy without 'unsafe-inline' allows it. The host changes
 * it by custom properties (--kubecred-…) and `::part(…)`. Colours follow the host's color-scheme.
 */

const CSS = `
:host {
  --accent: var(--kubecred-accent, #1a56b0);
  --on-accent: var(--kubecred-on-accent, #ffffff);
  --border: var(--kubecred-border, color-mix(in srgb, currentColor 55%, transparent));
  --error: var(--kubecred-error, light-dark(#a4161a, #ff9f9f));
  --warning: var(--kubecred-warning, light-dark(#7a4d00, #ffc766));
  --radius: var(--kubecred-radius, 4px);
  --gap: var(--kubecred-gap, 12px);
  display: block;
  font-family: var(--kubecred-font, inherit);
  line-height: 1.45;
}
:host([hidden]) { display: none; }
:host(:disabled) { opacity: 0.6; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
h2, h3, p, dl, dd, ul, fieldset { margin: 0; padding: 0; border: 0; }
h2 { font-size: 1.25em; }
h3 { font-size: 1.05em; overflow-wrap: anywhere; }
.stack, form, fieldset, .field, article { display: flex; flex-direction: column; gap: var(--gap); }
.field { gap: 4px; }
label, legend { font-weight: 600; padding: 0; }
label.choice { font-weight: 400; display: flex; gap: 8px; align-items: baseline; }
.hint { font-size: 0.9em; }
input:not([type]), input[type="text"], input[type="file"], select, textarea {
  font: inherit; color: inherit; background: transparent; border: 1px solid var(--border); border-radius: var(--radius); padding: 7px 9px; max-width: 100%;
}
select option { color: CanvasText; background: Canvas; }
textarea { min-height: 7em; font-family: ui-monospace, monospace; resize: vertical; }
button {
  font: inherit; color: inherit; background: transparent; border: 1px solid var(--border); border-radius: var(--radius); padding: 8px 14px; cursor: pointer;
}
button.primary { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button:disabled { cursor: default; border-style: dashed; color: GrayText; background: transparent; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.row, .undo-line { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
article { border: 1px solid var(--border); border-radius: var(--radius); padding: var(--gap); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px var(--gap); }
dt { font-weight: 600; }
dd { overflow-wrap: anywhere; }
ul { display: flex; flex-direction: column; gap: 6px; list-style: none; }
li { overflow-wrap: anywhere; }
.error b, .failure { color: var(--error); }
.warning b { color: var(--warning); }
.state { font-weight: 400; font-size: 0.9em; border: 1px solid; border-radius: 1em; padding: 0 0.5em; }
.chip { border: 1px solid var(--border); border-radius: 1em; padding: 0 0.5em; }
.escape { border: 1px solid; border-radius: 3px; padding: 0 2px; font-size: 0.8em; }
details label { display: block; margin-top: var(--gap); }
code { font-family: ui-monospace, monospace; font-size: 0.92em; overflow-wrap: anywhere; }
@media (max-width: 30em) { dl { grid-template-columns: 1fr; } }
`;

let sheet: CSSStyleSheet | undefined;

/** The sheet of this document, made when the first element needs it. */
export function styles() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync?.(CSS); // not in the jsdom of Jest 30: there the elements have no style, and work
  }
  return sheet;
}
