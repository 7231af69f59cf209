import { expect, test } from "bun:test";
import { prepuff } from "./captured.ts";

const digest = "ab12".repeat(16);
const sound = { ok: true, checked: 1000, head: `1000:${digest}`, next: `1000:${digest}`, faults: [] };
const fault = {
  fault: "changed",
  seq: 1001,
  last_seq: null,
  kind: "audit",
  row_id: 77,
  linked_at: "2026-03-01T08:00:00.123Z",
  event: {
    id: 77,
    at: "2026-03-01T08:00:00.000Z",
    actor: "Ann (tablet)",
    action: "job.start",
    subject: "job:7",
  },
};

/** An appliance that answers with these parts, one after the other, and keeps what it was asked. */
function answering(parts: readonly object[]) {
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url }) {
      const { pathname, search } = new URL(url);
      asked.push(decodeURIComponent(pathname + search));
      return Response.json(parts[asked.length - 1] ?? {});
    },
  });
  const env = { PREPUFF_HTTP_PORT: String(server.port), PREPUFF_ADMIN_TOKEN: "an-admin-token-of-plenty" };
  return { env, asked, [Symbol.dispose]: () => void server.stop(true) };
}

test("prepuff audit verify asks for one part after the other, and ends with 0 where nothing is found", async () => {
  const last = { ok: true, checked: 5, head: `1005:${digest}`, next: null, faults: [] };
  using server = answering([sound, last]);
  const { code, out } = await prepuff(["audit", "verify", "--head", `7:${digest}`], { env: server.env });
  expect(out).toBe(
    `links  1005\nhead   1005:${digest}\ngiven  7:${digest}: it is in the chain\nevery record is what it was\n`,
  );
  expect(code).toBe(0);
  expect(server.asked).toEqual([
    `/api/audit/verify?head=7:${digest}`,
    `/api/audit/verify?head=7:${digest}&after=1000:${digest}`,
  ]);
});

test("prepuff audit verify names the first fault, says what, when and by whom, and ends with 1", async () => {
  const cut = {
    ...fault,
    fault: "cut_off",
    seq: 2000,
    kind: null,
    row_id: null,
    linked_at: null,
    event: null,
  };
  const last = { ok: false, checked: 5, head: `1005:${digest}`, next: null, faults: [fault, cut] };
  using server = answering([sound, last, last]);
  const { code, out } = await prepuff(["audit", "verify"], { env: server.env });
  expect(code).toBe(1);
  expect(out).toContain(
    "first  event 77 is not what it was (link 1001 of 2026-03-01T08:00:00.123Z); it says: 2026-03-01T08:00:00.000Z Ann (tablet) job.start job:7\n",
  );
  expect(out).toContain("then   the chain ends before link 2000, which was there");
  const json = await prepuff(["audit", "verify", "--json"], { env: server.env });
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, checked: 5, faults: [fault, cut] });
});

test("prepuff audit verify says so where nothing is recorded yet", async () => {
  using server = answering([{ ok: true, checked: 0, head: null, next: null, faults: [] }]);
  const { code, out } = await prepuff(["audit", "verify"], { env: server.env });
  expect([code, out]).toEqual([
    0,
    "links  0\nhead   none: nothing is recorded yet\nevery record is what it was\n",
  ]);
});
