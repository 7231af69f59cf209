import { expect, test } from "bun:test";
import { prepuff } from "./captured.ts";

const part = { blocks: 40, bags: 20_000, missing: 0, wrong: [], wrong_total: 0, next: "12:0" };

/** An appliance that answers with these parts, one after the other, and keeps what it was asked. */
function answering(parts: readonly object[]) {
  const asked: unknown[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      asked.push(await request.json());
      return Response.json(parts[asked.length - 1] ?? {});
    },
  });
  const env = { PREPUFF_HTTP_PORT: String(server.port), PREPUFF_ADMIN_TOKEN: "an-admin-token-of-plenty" };
  return { env, asked, [Symbol.dispose]: () => void server.stop(true) };
}

test("prepuff rebuild asks for one part after the other, says how far it is, and what it made", async () => {
  using server = answering([
    part,
    {
      ...part,
      blocks: 2,
      bags: 700,
      missing: 1,
      wrong: [{ job: 13, after: 5_000 }],
      wrong_total: 1,
      next: null,
    },
  ]);
  const { code, out, err } = await prepuff(["rebuild"], { env: server.env });
  expect(err).toBe("40 blocks with 20000 bags so far\n");
  expect(out).toBe(
    "blocks   42\nbags     20700\nmissing  1, made now\nwrong    1, made again\nfirst    job 13, bags behind number 5000\n" +
      "every block says what its bags say now\n",
  );
  expect(code).toBe(0);
  expect(server.asked).toEqual([{ check: false }, { check: false, after: "12:0" }]);
});

test("prepuff rebuild --check makes nothing, and ends with 1 where blocks and bags differ", async () => {
  const wrong = { ...part, wrong: [{ job: 13, after: 0 }], wrong_total: 1, next: null };
  using server = answering([wrong, { ...part, next: null }]);
  const failed = await prepuff(["rebuild", "--check"], { env: server.env });
  expect(failed.out).toContain("wrong    1\n");
  expect(failed.out).toContain("make them again with prepuff rebuild");
  expect(failed.code).toBe(1);
  const passed = await prepuff(["rebuild", "--check"], { env: server.env });
  expect(passed.out).toContain("every block says what its bags say\n");
  expect(passed.code).toBe(0);
  expect(server.asked).toEqual([{ check: true }, { check: true }]);
});
