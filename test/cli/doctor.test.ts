import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { checks } from "../../src/health/checks.ts";
import { startFakeUpstream } from "../support/fake-upstream.ts";
import { freePort } from "../support/free-port.ts";
import { startJob, untilRecorded } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import { prepuff } from "./captured.ts";
import { createPatient, type Patient } from "./patient.ts";

const main = join(import.meta.dir, "../../src/main.ts");

/** An appliance whose scale 1 has printed a bag for a running job, which was delivered. */
async function startPlant(env: Readonly<Record<string, string>> = {}) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(tempFolder());
  const database = await testDatabase();
  const upstream = startFakeUpstream();
  stack.defer(() => upstream.stop());
  const patient = createPatient(folder.path, database.url, {
    PREPUFF_UPSTREAM_URL: upstream.url,
    PREPUFF_UPSTREAM_TOKEN: "token-of-the-web-application",
    ...env,
  });
  const appliance = stack.use(await patient.start());
  await appliance.ready();
  await startJob(appliance);
  const line = stack.use(await connectScale(appliance.scalePort));
  await line.send("1,50.00 lb\r\n");
  await untilRecorded(appliance, 1);
  await until("it is delivered", () => upstream.taken.length === 1);
  return {
    folder,
    database,
    upstream,
    patient,
    appliance,
    line,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

describe("with a plant at work", () => {
  let plant: Awaited<ReturnType<typeof startPlant>>;
  let patient: Patient;
  beforeAll(async () => {
    plant = await startPlant();
    patient = plant.patient;
  });
  afterAll(() => plant[Symbol.asyncDispose]());

  test("everything passes, and the exit code is 0", async () => {
    const { code, lines, failed } = await patient.examine();
    expect({ code, failed }).toEqual({ code: 0, failed: [] });
    expect(lines.get("scale 1")).toMatch(
      /^passed: connected from 127\.0\.0\.1; last print \d+ s ago, 50\.00 lb$/,
    );
    expect(lines.get("job on Station 1")).toContain("passed: job 1 for Shelter, 1 of");
    expect(lines.get("scales' port")).toContain(`is the appliance's (process ${plant.appliance.pid})`);
    expect(lines.get("clock")).toMatch(/^passed: agrees with the others \(database .*, upstream .*\)$/);
    expect(lines.get("upstream answer")).toContain("passed: reached: status 200");
    expect(lines.get("journal on disk")).toStartWith("skipped:");
    const { out } = await prepuff(["doctor"], { env: patient.env, cwd: plant.folder.path });
    expect(out).toMatch(/^passed {3}configuration +valid$/m);
    expect(out).toMatch(/^0 failed, \d+ passed, \d+ skipped$/m);
  });

  test("a wrong admin token fails, and what needs it is skipped", async () => {
    const { code, lines, failed } = await patient.examine({ PREPUFF_ADMIN_TOKEN: "some-other-admin-token" });
    expect({ code, failed }).toEqual({ code: 1, failed: ["admin token"] });
    expect(lines.get("scales")).toBe('skipped: cannot be told while "admin token" fails');
  });

  test("the scales' port of another program fails, naming it", async () => {
    const { lines } = await patient.examine({ PREPUFF_DATA_DIR: join(plant.folder.path, "elsewhere") });
    expect(lines.get("scales' port")).toContain(`failed: port ${patient.scalePort} is held by process`);
    expect(lines.get("data folder")).toContain("failed: ");
  });

  test("a data folder that is none fails", async () => {
    await Bun.write(join(plant.folder.path, "file"), "");
    const { lines } = await patient.examine({ PREPUFF_DATA_DIR: join(plant.folder.path, "file") });
    expect(lines.get("data folder")).toContain("cannot be written");
  });

  test.each([
    ["name", "http://no-such-host.invalid/scan_bag", "upstream name"],
    ["port", `http://127.0.0.1:${freePort()}/scan_bag`, "upstream port"],
  ])(
    "an upstream whose %s does not answer fails there, and the steps behind it are skipped",
    async (_, url, name) => {
      const { lines, failed } = await patient.examine({ PREPUFF_UPSTREAM_URL: url });
      expect(failed).toEqual([name]);
      expect(lines.get("upstream answer")).toStartWith("skipped:");
    },
  );

  test("a certificate that nobody trusts fails", async () => {
    const { key, cert } = selfSigned(plant.folder.path);
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: { key, cert },
      fetch: () => new Response(),
    });
    const changes = { PREPUFF_UPSTREAM_URL: `https://127.0.0.1:${server.port}/scan_bag` };
    const { lines } = await patient.examine(changes);
    expect(lines.get("upstream certificate")).toMatch(/^failed: not trusted/);

    // The plant's own authority is named to a process of its own: it is read once, at the start.
    const child = Bun.spawn([process.execPath, main, "doctor"], {
      cwd: plant.folder.path,
      env: { ...patient.env, ...changes, NODE_EXTRA_CA_CERTS: join(plant.folder.path, "cert.pem") },
      stdout: "pipe",
      timeout: 20_000,
    });
    const out = await new Response(child.stdout).text();
    await server.stop(true);
    // The first within the second in which it was made.
    expect(out).toMatch(/^passed +upstream certificate +trusted .* valid for another (2 days|48 h)$/m);
    expect(out).toMatch(/^passed +upstream answer +reached: status 200/m);
  });

  test("an upstream that refuses the token, and one with another time, fail", async () => {
    let requests = "";
    const server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data(socket, bytes) {
          requests += bytes.toString();
          const date = new Date(Date.now() - 3_600_000).toUTCString();
          socket.end(`HTTP/1.1 403 Forbidden\r\nDate: ${date}\r\nContent-Length: 0\r\n\r\n`);
        },
      },
    });
    const { lines, failed } = await patient.examine({
      PREPUFF_UPSTREAM_URL: `http://127.0.0.1:${server.port}/scan_bag`,
    });
    server.stop(true);
    expect(failed).toEqual(["upstream answer", "clock"]);
    expect(lines.get("upstream answer")).toContain("refuses the token (403)");
    expect(lines.get("clock")).toMatch(/upstream -3\d\d\d\.\d s/);
    expect(requests).toStartWith("GET ");
  });
});

test("right after the first bag of the README everything passes, also after the next, and with a job", async () => {
  using folder = tempFolder();
  const patient = createPatient(folder.path, "");
  await using appliance = await patient.start();
  await appliance.ready();
  for (const [bags, weight] of ["50.20", "50.40", "49.90"].entries()) {
    if (bags === 2) await startJob(appliance);
    const said = Bun.spawnSync([
      "bash",
      "-c",
      `echo '1,${weight} lb' > /dev/tcp/127.0.0.1/${appliance.scalePort}`,
    ]);
    expect(said.exitCode).toBe(0);
    await untilRecorded(appliance, bags + 1);
    const { code, failed, lines } = await patient.examine();
    expect({ code, failed }).toEqual({ code: 0, failed: [] });
    expect(lines.get("scale 1")).toMatch(
      new RegExp(`^passed: connects for each print; last print \\d+ s ago, ${weight} lb$`),
    );
  }
  // One that was there to stay, and went, is missed.
  using line = await connectScale(appliance.scalePort);
  await line.send("2,50.00 lb\r\n2,51.00 lb\r\n");
  await untilRecorded(appliance, 5);
  await line.close();
  await until("it is missed", async () => (await patient.examine()).failed.includes("scale 2"));
}, 120_000);

test("a silent scale fails, and so do frames in a wrong format and their connection, and what is no scale", async () => {
  await using plant = await startPlant({ PREPUFF_SILENT_AFTER_S: "1" });
  const { patient, appliance } = plant;
  using wrong = await connectScale(appliance.scalePort);
  await wrong.send("G   12.50 lb\r\n");
  await untilRecorded(appliance, 2);
  using browser = await connectScale(appliance.scalePort);
  await browser.send("\x16\x03\x01\x02\0\x01\0\x01\xfc");
  await untilRecorded(appliance, 3);
  using sevenBits = await connectScale(appliance.scalePort);
  await sevenBits.send("\xb1\xac\xb45.\xb20\xa0l\xe2\x8d\n");
  await untilRecorded(appliance, 4);
  await until("the scale is silent", async () => (await patient.examine()).failed.includes("scale 1"));
  const { lines, failed, withoutRemedy } = await patient.examine();
  expect(failed).toEqual([
    "scale 1",
    "connections without a scale",
    "data bits",
    "rejected prints",
    "connections of no scale",
  ]);
  expect(withoutRemedy).toEqual([]);
  expect(lines.get("scale 1")).toContain("but silent");
  expect(lines.get("data bits")).toBe(
    "failed: 7 data bits with parity arrive as 8 from 127.0.0.1; the prints are read all the same",
  );
  expect(lines.get("rejected prints")).toContain(
    'mostly malformed (1 ×), such as "G   12.50 lb" from 127.0.0.1',
  );
  expect(lines.get("connections of no scale")).toBe(
    "failed: 1 in the last day, the last one from 127.0.0.1: it began with TLS",
  );
}, 60_000);

test("bags that wait or are parked, a job of a like-named station, a lost scale, and missing frames fail", async () => {
  await using plant = await startPlant();
  const { patient, appliance, upstream, database, line } = plant;
  upstream.answer(() => Response.json({ success: false, error: "no such scale" }, { status: 422 }));
  await line.send("1,51.00 lb\r\n");
  await appliance.api("/api/jobs/1/complete", { method: "POST", body: {} });
  await startJob(appliance, { station: "station 01" });
  await until("it is parked", async () => {
    const [row] = await database.sql<{ n: number }[]>`
      select count(*) as n from delivery where state = 'parked'`;
    return row?.n === 1;
  });
  const before = await patient.examine();
  expect(before.lines.get("job on Station 1")).toContain("failed: no job runs, but scale 1 is connected");
  expect(before.lines.get("station names")).toContain(
    'job 2 runs on "station 01", but the scales\' station is "Station 1"',
  );
  expect(before.lines.get("bags held back")).toContain("no such scale");

  await line.close();
  upstream.answer(() => new Response("", { status: 500 }));
  using other = await connectScale(appliance.scalePort);
  await other.send("2,50.00 lb\r\n");
  await until("the bag waits", async () => {
    const aged = await database.sql`
      update filler_bag set weighed_at = now() - interval '1 hour' where scale_id = 2`;
    return aged.count === 1;
  });
  await database.sql`update journal set bags = bags - 1`;
  const { lines, withoutRemedy } = await patient.examine();
  expect(lines.get("scale 1")).toContain("failed: not connected; last print");
  expect(lines.get("waiting bags")).toMatch(/^failed: 1, the oldest for 60 min/);
  expect(lines.get("count check")).toContain("failed: prints received: 3, bags: 2, rejected: 0, missing: 1");
  expect(withoutRemedy).toEqual([]);

  upstream.answer(() => new Response("", { status: 401 }));
  await appliance.line("upstream refuses the token: check PREPUFF_UPSTREAM_TOKEN; bags wait");
  expect((await patient.examine()).lines.get("part: web application")).toContain("failed: down: 401");
}, 60_000);

test("a plant that has just begun: no scale yet, an address that may not connect, a database that goes", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  const patient = createPatient(folder.path, postgres.url, { PREPUFF_SCALE_ALLOW: "10.0.0.0/8" });

  const down = await patient.examine();
  expect(down.failed).toEqual(["appliance", "data folder", "scales' port", "database schema"]);
  expect(down.lines.get("database schema")).toContain("not migrated");
  {
    await using appliance = await patient.start();
    await appliance.ready();
    using refused = await connectScale(patient.scalePort);
    await until("it is refused", () => !refused.isOpen);
    expect((await patient.examine()).failed).toEqual(["scales", "refused connections"]);
    await postgres.stop();
    await appliance.line("database away: weighing goes on");
    const { lines, failed } = await patient.examine();
    expect(failed).toContain("part: database");
    expect(failed).toContain("database");
    expect(lines.get("jobs")).toBe('skipped: cannot be told while "part: database" fails');
  }
}, 60_000);

test("frames that wait in the journal are told, from the disk while the appliance is down", async () => {
  using folder = tempFolder();
  const nowhere = `postgres://prepuff:secret@127.0.0.1:${freePort()}/prepuff`;
  const patient = createPatient(folder.path, nowhere);
  {
    await using appliance = await patient.start();
    using line = await connectScale(appliance.scalePort);
    await line.send("1,50.00 lb\r\n");
    await line.close();
    expect(await appliance.stop()).toBe(0);
  }
  const journal = join(folder.path, "data", "journal.db");
  {
    using db = new Database(journal);
    db.run("update entry set received_at = received_at - 120000");
    // As in a journal of an early version: a changed row with its old checksum would be a damaged one.
    db.run("alter table entry drop column checksum");
  }
  const { lines } = await patient.examine();
  expect(lines.get("journal on disk")).toMatch(
    /^passed: prints waiting in it: up to 1, the oldest for 2 min/,
  );
  {
    await using appliance = await patient.start();
    await appliance.line("HTTP port open");
    expect((await patient.examine()).lines.get("local store")).toMatch(
      /^failed: prints waiting .*: 1, the oldest for 2 min/,
    );
  }
  // Its log holds whole pages of it, from which SQLite would still read.
  rmSync(`${journal}-wal`, { force: true });
  await Bun.write(journal, "no database at all, but long enough to be taken for one by nobody".repeat(100));
  const examined = (await patient.examine()).lines;
  expect(examined.get("journal on disk")).toContain("failed: ");
  expect(examined.get("damaged local store")).toBe("passed: none was set aside");
  {
    await using appliance = await patient.start();
    await appliance.line("HTTP port open");
    expect((await patient.examine()).lines.get("damaged local store")).toMatch(
      /^failed: one was set aside in .*: journal-damaged-/,
    );
  }
}, 60_000);

test.skipIf(!canMount())(
  "a full disk is told, and the journal that refuses writes",
  async () => {
    using folder = tempFolder();
    const { url } = await testDatabase();
    const patient = createPatient(folder.path, url);
    const dataDir = join(folder.path, "data");
    mount(dataDir);
    try {
      await using appliance = await patient.start();
      await appliance.ready();
      Bun.spawnSync(["dd", "if=/dev/zero", `of=${join(dataDir, "filler")}`, "bs=4k"]);
      using line = await connectScale(patient.scalePort);
      await line.send("1,50.00 lb\r\n".repeat(3000));
      await appliance.line("journal not writable: the scales wait until the disk has room again");
      const { lines, failed } = await patient.examine();
      expect(failed).toContain("disk room");
      expect(lines.get("part: local store")).toStartWith("failed: down:");
    } finally {
      Bun.spawnSync(["umount", dataDir]);
    }
  },
  60_000,
);

test("an appliance that says that its scales' port is closed, and something that is none, fail", async () => {
  using folder = tempFolder();
  const up = { state: "up", detail: null };
  const parts = {
    scales_port: { state: "down", detail: "closed" },
    journal: up,
    database: up,
    upstream: null,
  };
  let isAppliance = true;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch({ url }) {
      if (!isAppliance) return new Response("hello", { status: 418 });
      if (url.endsWith("/ready")) return Response.json({ status: "down", parts }, { status: 503 });
      return Response.json({});
    },
  });
  const patient = createPatient(folder.path, (await testDatabase()).url, {
    PREPUFF_HTTP_PORT: String(server.port),
  });
  expect((await patient.examine()).lines.get("part: scales' port")).toBe("failed: down: closed");
  isAppliance = false;
  expect((await patient.examine()).lines.get("appliance")).toContain("answered 418");
  await server.stop(true);
});

test("every fault of the configuration is a line, and the rest is skipped", async () => {
  const env = { PREPUFF_SCALE_PORT: "many", PREPUFF_LOG_LEVEL: "loud" };
  const { code, out } = await prepuff(["doctor"], { env });
  expect(code).toBe(1);
  expect(out).toContain('failed   configuration                PREPUFF_SCALE_PORT: got "many"');
  expect(out).toContain("PREPUFF_LOG_LEVEL");
  expect(out).toContain(`2 failed, 0 passed, ${checks.length} skipped`);
});

test("every check has its section in the troubleshooting document", async () => {
  const text = await Bun.file(join(import.meta.dir, "../../docs/troubleshooting.md")).text();
  for (const { name } of checks) expect(text, name).toContain(`\`${name}\``);
});

function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  using folder = tempFolder();
  const isMounted = mount(folder.path);
  if (isMounted) Bun.spawnSync(["umount", folder.path]);
  return isMounted;
}

/** A disk of 16 MiB. */
function mount(path: string): boolean {
  Bun.spawnSync(["mkdir", "-p", path]);
  return Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", path]).success;
}

function selfSigned(folder: string): { key: Bun.BunFile; cert: Bun.BunFile } {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const { success, stderr } = Bun.spawnSync(
    [
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/CN=127.0.0.1",
    ].concat([...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert]]),
  );
  if (!success) throw new Error(stderr.toString());
  return { key: Bun.file(key), cert: Bun.file(cert) };
}
