import { expect, test } from "bun:test";
import { startFaultyUpstream, type UpstreamFault, upstreamFaults } from "./faulty-upstream.ts";

/** One request in a process of its own: the authority has to be known at its start. Prints what came of it. */
const client = `
  const [url, token, key] = process.argv.slice(1);
  const headers = { authorization: "Bearer " + token, "idempotency-key": key };
  const body = new URLSearchParams({ station: "Station 1" });
  try {
    const signal = AbortSignal.timeout(2_000);
    const answer = await fetch(url, { method: "POST", redirect: "manual", signal, headers, body });
    console.log(answer.status, (await answer.text()).slice(0, 15));
  } catch (error) {
    console.log(error.name === "TimeoutError" ? "no answer" : error.code);
  }`;

/** What a client sees, and whether the API has the bag by then. */
const expected: Readonly<Record<UpstreamFault, readonly [string, boolean]>> = {
  refused: ["ECONNREFUSED", false],
  "black hole": ["no answer", false],
  slow: ["no answer", true],
  "cut in the header": ["ECONNRESET", true],
  "cut in the body": ["ECONNRESET", true],
  "lost answer": ["ECONNRESET", true],
  "500": ["500 broken", false],
  "429": ["429 too fast", false],
  "401": ['401 {"success":fals', false],
  HTML: ["200 <html>Please lo", false],
  redirect: ["302", false],
  "expired certificate": ["CERT_HAS_EXPIRED", false],
};

test.each(upstreamFaults.map((fault) => [fault]))("%s is what it says, and passes", async (fault) => {
  const upstream = await startFaultyUpstream();
  async function post(key: string): Promise<string> {
    const env = { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: upstream.authorityFile };
    const command = [process.execPath, "-e", client, upstream.url, upstream.token, key];
    return (await new Response(Bun.spawn(command, { env }).stdout).text()).trim();
  }
  try {
    await upstream.bring(fault);
    const [seen, isTaken] = expected[fault];
    expect([await post("one"), upstream.taken.includes("one")]).toEqual([seen, isTaken]);
    await upstream.mend();
    expect(await post("two")).toStartWith("200");
    expect(upstream.taken).toEqual(isTaken || fault === "black hole" ? ["one", "two"] : ["two"]);
    expect(upstream.received.map(({ key }) => key)).toEqual([...upstream.taken]);
    expect(upstream.stray).toEqual([]);
  } finally {
    await upstream.stop();
  }
});
