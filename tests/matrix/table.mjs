// The table that make matrix writes: tests/package/MATRIX.md.

const GROUPS = { runtimes: "Runtimes", runners: "Test runners", bundlers: "Bundlers and frameworks", examples: "Examples" };

const cell = ({ found, expect }) => (found === expect ? found : `**${found}** (expected: ${expect})`);

const table = (heads, lines) => [heads, heads.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Rows of one page have a result in each browser. */
function pages(rows) {
  const names = [...new Set(rows.map(({ name }) => name))];
  const lines = names.map((name) => {
    const of = rows.filter((row) => row.name === name);
    const version = of.find((row) => row.version)?.version;
    const result = (browser) => of.filter((row) => row.browser === browser).map(cell)[0] ?? "";
    return [version ? `${name} (${version})` : name, result("Chromium"), result("Firefox")];
  });
  return table(["page", "Chromium", "Firefox"], lines);
}

/**
 * @param {any[]} results { group, name, version, browser, expect, found }
 * @param {{ node: string, chromium: string, firefox: string }} versions
 */
export function matrix(results, { node, chromium, firefox }) {
  const good = results.filter(({ found, expect }) => found === expect).length;
  const groups = Object.entries(GROUPS).map(([group, title]) => {
    const rows = results.filter((row) => row.group === group);
    const versioned = rows.some(({ version }) => version);
    const heads = versioned ? ["what", "version", "result"] : ["what", "result"];
    return `## ${title}\n\n${table(
      heads,
      rows.map((row) => (versioned ? [row.name, row.version, cell(row)] : [row.name, cell(row)])),
    )}\n`;
  });
  return `# Packaging matrix

Written by \`make matrix\` on ${new Date().toISOString().slice(0, 10)} with Node ${node} on ${process.platform} ${process.arch}, ${chromium} and ${firefox}. ${good} of ${results.length} results are as expected.

Each row is the packed tarball, installed. A session starts in it, and \`keys.generate\`, \`createCsr\`, \`kubeconfig.create\` and \`serialize\` work; the result says whether in a worker.
Where a start must fail, the result is the cause in the error's \`details\` (\`StartCause\` in \`pkg/types.ts\`). The pages of bundlers and frameworks are opened in Chromium.

${groups.join("\n")}
## Pages

${pages(results.filter(({ group }) => group === "pages"))}

## Not run

| what | why |
| --- | --- |
| Safari | not available on Linux |
| Windows, macOS | the run is on Linux |
| Cloudflare's servers | workerd, which they run, is a row: by miniflare on this machine |
| other CDNs | "other origin" is a second local server |
`;
}
