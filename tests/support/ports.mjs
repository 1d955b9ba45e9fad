// Programs that take no port 0: a free one is found first, and another where some other program has taken it meanwhile.
import { createServer } from "node:net";

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** What `start(port)` gives; it gives undefined where the port is taken. */
export async function onFreePort(start) {
  for (let attempt = 0; attempt < 5; attempt++) {
    const started = await start(await freePort());
    if (started !== undefined) return started;
  }
  throw new Error("five ports that were free have been taken one after the other");
}

/** Asks for /healthz until it is there: { ended: true } where the program ended first. */
export async function healthy(port, child) {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) return { ended: true };
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok) return { ended: false };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
