import { expect, test } from "bun:test";
import { prepuff } from "./captured.ts";

const sound = {
  journal_id: "0192f0c0-0000-7000-8000-000000000001",
  received: 10,
  bags: 7,
  rejected: 2,
  pending: 1,
  acknowledged: 0,
  missing: 0,
  gaps: [],
  as_of: "2026-11-22T00:00:00.000Z",
};

/** An appliance that answers with this ledger to the right token. */
function answering(ledger: object) {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) =>
      new URL(request.url).pathname === "/api/ledger" &&
      request.headers.get("authorization") === "Bearer an-admin-token-of-plenty"
        ? Response.json(ledger)
        : new Response(null, { status: 401 }),
  });
  const env = { PREPUFF_HTTP_PORT: String(server.port), PREPUFF_ADMIN_TOKEN: "an-admin-token-of-plenty" };
  return { env, [Symbol.dispose]: () => void server.stop(true) };
}

test("prepuff ledger ends with 0 where nothing is missing", async () => {
  using server = answering(sound);
  const { code, out } = await prepuff(["ledger"], { env: server.env });
  expect(code).toBe(0);
  expect(out).toContain("received  10\nbags      7\nrejected  2\npending   1\nmissing   0\n");
  const json = await prepuff(["ledger", "--json"], { env: server.env });
  expect(JSON.parse(json.out)).toEqual(sound);
});

test("prepuff ledger ends with 1 where something is, and names the numbers", async () => {
  const gaps = [
    { from: 3, through: 3 },
    { from: 7, through: 9 },
  ];
  using server = answering({ ...sound, bags: 3, missing: 4, gaps });
  const { code, out } = await prepuff(["ledger"], { env: server.env });
  expect(code).toBe(1);
  expect(out).toEndWith("no record of number 3\nno record of numbers 7 to 9\n");
});

test("prepuff ledger says that nothing is known of what the database would know, and ends with 1", async () => {
  using server = answering({ ...sound, bags: null, rejected: null, acknowledged: null, missing: null });
  const { code, out } = await prepuff(["ledger"], { env: server.env });
  expect(code).toBe(1);
  expect(out).toContain("received  10\nbags      not known\nrejected  not known\npending   1\n");
  expect(out).toContain("missing   not known while the database is away");
  expect(out).not.toContain("null");
});

test("prepuff ledger says why it has no answer", async () => {
  using server = answering(sound);
  const refused = await prepuff(["ledger"], {
    env: { ...server.env, PREPUFF_ADMIN_TOKEN: "a-wrong-token-of-some-length" },
  });
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("answered 401");
  const nobody = await prepuff(["ledger"], { env: { ...server.env, PREPUFF_HTTP_PORT: "1" } });
  expect(nobody.code).toBe(1);
  expect(nobody.err).toContain("is it running?");
});

test("prepuff ledger acknowledge sends the number that was seen, with the reason", async () => {
  const bodies: unknown[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      if (request.method === "GET") return Response.json({ ...sound, bags: 4, missing: 3 });
      bodies.push([new URL(request.url).pathname, await request.json()]);
      return Response.json({ ...sound, bags: 4, acknowledged: 3 });
    },
  });
  const env = { PREPUFF_HTTP_PORT: String(server.port), PREPUFF_ADMIN_TOKEN: "an-admin-token-of-plenty" };
  const { code, out } = await prepuff(["ledger", "acknowledge", "--reason", "the disk of 3 May"], { env });
  expect(code).toBe(0);
  expect(out).toContain("lost      3, as was acknowledged\nmissing   0\n");
  expect(bodies).toEqual([["/api/ledger/acknowledge", { reason: "the disk of 3 May", missing: 3 }]]);
  await server.stop(true);
});
