import { createCaptures } from "../../src/captures/captures.ts";
import type { Source } from "../../src/config/sources/source.ts";
import { listen } from "../../src/http/listen.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { testApp, testConfig, tokens } from "./http.ts";
import { listening } from "./listening.ts";
import { silentLogger } from "./silent-logger.ts";

/** The scales' side of an appliance beside its HTTP side, both on real ports: for captures of what comes in. */
export async function capturing(given: { readonly sources?: readonly Source[] } = {}) {
  const side = listening({}, undefined, given);
  const captures = createCaptures({
    taps: side.taps,
    config: testConfig(),
    sources: side.sources,
    presence: side.presence,
    clock: systemClock,
    log: silentLogger,
  });
  const app = await testApp({ captures, presence: { ...side.presence, close: side.listener.close } });
  const http = await listen(app.app, "127.0.0.1", 0);
  const url = `http://127.0.0.1:${http.port}`;
  return {
    side,
    app,
    url,
    /** The environment with which a command asks this appliance. */
    env: { PREPUFF_ADMIN_TOKEN: tokens.admin },
    /** Begins a capture. What came so far is in `text`. */
    async start(query: string) {
      const halt = new AbortController();
      const answer = await fetch(`${url}/api/captures?${query}`, {
        headers: { authorization: `Bearer ${tokens.admin}` },
        signal: halt.signal,
      });
      const capture = { status: answer.status, headers: answer.headers, text: "", isOver: false };
      const reading = (async () => {
        try {
          for await (const chunk of answer.body ?? []) capture.text += Buffer.from(chunk).toString("latin1");
        } catch {
          // Ended below.
        }
        capture.isOver = true;
      })();
      return Object.assign(capture, {
        async end() {
          halt.abort();
          await reading;
        },
      });
    },
    async stop() {
      await http.stop();
      await app.stop();
    },
  };
}
