// A server component. The package works on the server, too: here it checks the subject before the page is sent. Next moves no files of server code, so
// worker and module come from inside of kubecred/inline.
import { open } from "kubecred/inline";
import { Access } from "./access";

export const dynamic = "force-dynamic";

export default async function Page() {
  const kubecred = await open({ worker: false });
  const findings = await kubecred.csr.lintSubject({ user: "jane", groups: ["developers"] });
  kubecred.close();
  return (
    <main>
      <h1>Cluster access</h1>
      <p id="findings">{findings.length} findings</p>
      <Access user="jane" groups={["developers"]} />
    </main>
  );
}
