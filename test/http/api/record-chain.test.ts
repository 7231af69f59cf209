import { afterEach, beforeEach, expect, test } from "bun:test";
import { z } from "zod";
import { headSchema } from "../../../src/records/chain/head.ts";
import { verifiedSchema } from "../../../src/records/chain/verify.ts";
import { json, testApp, tokens } from "../../support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeEach(async () => {
  app = await testApp();
});
afterEach(() => app.stop());

const verify = async (query = "") =>
  json(await app.request("GET", `/api/audit/verify${query}`), verifiedSchema);
const startJob = () =>
  app.request("POST", "/api/jobs", {
    body: { company: "Shelter", station: "S 1", target_weight: "50", quantity: 2 },
  });

test("the head moves with each change, and the one kept before stays in the chain", async () => {
  expect(await json(await app.request("GET", "/api/audit/head", { token: tokens.viewer }))).toEqual({
    head: null,
    at: null,
  });
  expect(await verify()).toEqual({ ok: true, checked: 0, head: null, next: null, faults: [] });
  await startJob();
  const { head } = await json(await app.request("GET", "/api/audit/head"), headSchema);
  expect(head).toMatch(/^2:[0-9a-f]{64}$/);
  await app.request("POST", "/api/jobs/1/cancel");
  expect(await verify(`?head=${head}`)).toMatchObject({ ok: true, checked: 3, next: null });
  expect(await verify(`?after=${head}`)).toMatchObject({ ok: true, checked: 1 });
  expect((await verify(`?head=9:${"0".repeat(16)}`)).faults).toMatchObject([{ fault: "cut_off", seq: 9 }]);
});

test("a part goes on only behind a link that is there, with its whole digest", async () => {
  await startJob();
  const { head } = await json(await app.request("GET", "/api/audit/head"), headSchema);
  const [seq = "", digest = ""] = head?.split(":") ?? [];
  expect((await verify(`?after=9999:${digest}`)).faults).toMatchObject([{ fault: "cut_off", seq: 9999 }]);
  expect((await verify(`?after=${seq}:${"0".repeat(64)}`)).faults).toMatchObject([{ fault: "other_head" }]);
  // A shortened one, as it is printed, would make the next link look changed.
  const refused = await app.request("GET", `/api/audit/verify?after=1:${"0".repeat(16)}`);
  expect((await json(refused, z.object({ detail: z.string() }))).detail).toContain(
    "after: must be `next` of the part before",
  );
});

test("a row that was changed past the appliance is named, with who it speaks of", async () => {
  await startJob();
  await app.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set actor = 'Bob' where id = 1`;
  });
  expect(await verify()).toMatchObject({
    ok: false,
    faults: [
      {
        fault: "changed",
        kind: "audit",
        row_id: 1,
        event: { actor: "Bob", action: "job.start", subject: "job:1" },
      },
    ],
  });
});

test("the verification is for the admin alone, and a head that is none is refused in words", async () => {
  expect((await app.request("GET", "/api/audit/verify", { token: tokens.operator })).status).toBe(403);
  const refused = await app.request("GET", "/api/audit/verify?head=12:zz");
  expect(refused.status).toBe(422);
  expect((await json(refused, z.object({ detail: z.string() }))).detail).toContain(
    "head: must be a number, a colon and at least 16 digits of the digest",
  );
});
