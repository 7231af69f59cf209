import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Listening } from "../../src/http/listen.ts";
import { listen } from "../../src/http/listen.ts";
import { testApp, tokens } from "../support/http.ts";
import { prepuff } from "./captured.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let http: Listening;
let url: string;
const env = { PREPUFF_ADMIN_TOKEN: tokens.admin };
beforeEach(async () => {
  app = await testApp();
  http = await listen(app.app, "127.0.0.1", 0);
  url = `http://127.0.0.1:${http.port}`;
});
afterEach(async () => {
  await http.stop();
  await app.stop();
});

const token = (...argv: string[]) => prepuff(["token", ...argv, "--url", url], { env });

test("a token is made, listed, used and revoked from the command line", async () => {
  expect((await token("list")).out).toBe("no named tokens are in force\n");
  const made = await token("create", "--role", "operator", "--name", "line 2 tablet");
  expect(made.code).toBe(0);
  expect(made.out).toMatch(/^pp_[\w-]{43}\n$/);
  expect(made.err).toContain("line 2 tablet (operator) has the id 1");
  const headers = { authorization: `Bearer ${made.out.trim()}` };
  expect((await fetch(`${url}/api/jobs`, { headers })).status).toBe(200);
  expect((await token("list")).out).toMatch(
    /^id {2}role {6}last used {2}made {14}name\n1 {3}operator {2}never {6}\d{4}-\S+ {2}line 2 tablet\n$/,
  );
  expect(await token("revoke", "line 2 tablet")).toEqual({
    code: 0,
    out: "revoked line 2 tablet (operator), id 1\n",
    err: "",
  });
  expect((await fetch(`${url}/api/jobs`, { headers })).status).toBe(401);
  expect(JSON.parse((await token("list", "--json")).out)).toMatchObject([{ id: 1, name: "line 2 tablet" }]);
});

test("a token is revoked by its id, too", async () => {
  await token("create", "--role", "viewer", "--name", "board");
  expect((await token("revoke", "1")).out).toBe("revoked board (viewer), id 1\n");
  expect(await token("revoke", "1")).toMatchObject({
    code: 1,
    err: 'prepuff: there is no token "1" in force\n',
  });
});

test("what the appliance refuses is told in its words", async () => {
  await token("create", "--role", "viewer", "--name", "board");
  const again = await token("create", "--role", "viewer", "--name", "board");
  expect(again).toMatchObject({ code: 1, out: "" });
  expect(again.err).toContain('409: there is a token "board" in force');
  expect((await token("create", "--role", "root", "--name", "x")).code).toBe(2);
});

test("an appliance that does not run is named", async () => {
  const { code, err } = await prepuff(["token", "list", "--url", "http://127.0.0.1:1"], { env });
  expect(code).toBe(1);
  expect(err).toContain("the appliance at http://127.0.0.1:1 cannot be reached");
});
