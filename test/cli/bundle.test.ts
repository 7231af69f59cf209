import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { secretsIn } from "../../src/cli/doctor/secrets.ts";
import { roleTokens } from "../support/appliance.ts";
import { startFakeUpstream } from "../support/fake-upstream.ts";
import { untilRecorded } from "../support/outside.ts";
import { connectScale } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import { prepuff } from "./captured.ts";
import { createPatient } from "./patient.ts";

const secrets = {
  PREPUFF_OPERATOR_TOKEN: "operator/token+with=odd-characters",
  PREPUFF_VIEWER_TOKEN: 'viewer"token\\with-odd-characters',
  PREPUFF_INGEST_TOKEN: "ingest-token-of-the-bundle-test",
  PREPUFF_METRICS_TOKEN: "metrics-token-of-the-bundle-test",
  PREPUFF_UPSTREAM_TOKEN: "upstream/token+of=the-bundle-test",
};

async function filesOf(path: string): Promise<Map<string, string>> {
  const files = await new Bun.Archive(await Bun.file(path).bytes()).files();
  const entries = [...files].map(
    async ([name, file]): Promise<[string, string]> => [name, await file.text()],
  );
  return new Map(await Promise.all(entries));
}

test("the support bundle has what helps, and no secret in any spelling", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  await using stack = new AsyncDisposableStack();
  // An upstream that echoes the token, whose words end in the deliveries and in the log.
  const upstream = startFakeUpstream(({ headers }) =>
    Response.json({ success: false, error: headers.get("authorization") }, { status: 422 }),
  );
  stack.defer(() => upstream.stop());
  const logDir = join(folder.path, "logs");
  const urlSecret = "a-key-in-the-upstream-url";
  const patient = createPatient(folder.path, postgres.url, {
    ...secrets,
    PREPUFF_UPSTREAM_URL: `${upstream.url}?key=${urlSecret}`,
    PREPUFF_LOG_DIR: logDir,
    PREPUFF_LOG_LEVEL: "trace",
  });
  await using appliance = await patient.start();
  await appliance.ready();
  using line = await connectScale(appliance.scalePort);
  // An indicator's frame, a log line of somebody else, and an audit: secrets stray anywhere.
  await line.send(`1,50.00 lb\r\n${secrets.PREPUFF_INGEST_TOKEN}\r\n`);
  await untilRecorded(appliance, 2);
  await until("it was answered", () => upstream.received.length > 0);
  const [today = ""] = [...new Bun.Glob("log-*.txt").scanSync(logDir)].sort().slice(-1);
  const log = Bun.file(join(logDir, today));
  await Bun.write(log, `${await log.text()}{"msg":"stray ${secrets.PREPUFF_METRICS_TOKEN}"}\n`);

  const run = await prepuff(["support-bundle", "--out", "bundle.tar.gz"], {
    env: patient.env,
    cwd: folder.path,
  });
  const path = join(folder.path, "bundle.tar.gz");
  expect(run).toMatchObject({ code: 0, out: `${path}\n` });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const files = await filesOf(path);
  const text = (name: string) => files.get(`prepuff-support/${name}`) ?? "";
  expect(text("doctor.txt")).toContain("rejected prints");
  expect(text("configuration.json")).toContain("PREPUFF_UPSTREAM_URL");
  expect(text("configuration.json")).toContain(upstream.url);
  expect(text("versions.json")).toMatch(/PostgreSQL \d+/);
  expect(text("metrics.txt")).toContain("prepuff_build_info");
  expect(text("ledger.json")).toContain('"received":2');
  expect(text("records.json")).toContain('"head":');
  expect(text("scales.json")).toContain('"id":1');
  expect(text("connections.json")).toContain("127.0.0.1");
  expect(text("rejected.json")).toContain("[hidden]");
  expect(text("log.txt")).toContain("stray [hidden]");

  const all = [...files.values(), run.err].join("\n");
  const password = decodeURIComponent(new URL(postgres.url).password);
  expect(password.length).toBeGreaterThan(8);
  for (const secret of [...Object.values(secrets), roleTokens.admin, password, urlSecret]) {
    const base64 = Buffer.from(secret).toString("base64");
    const json = JSON.stringify(secret).slice(1, -1);
    for (const spelling of [secret, json, encodeURIComponent(secret), base64]) {
      expect({ spelling, isTold: all.includes(spelling) }).toEqual({ spelling, isTold: false });
    }
  }

  const again = await prepuff(["support-bundle", "--out", "bundle.tar.gz"], {
    env: patient.env,
    cwd: folder.path,
  });
  expect(again.code).toBe(1);
  expect(again.err).toContain("EEXIST");
}, 60_000);

test("the support bundle can be made with a faulty configuration, and shows no secret of it", async () => {
  using folder = tempFolder();
  const env = {
    ...secrets,
    PREPUFF_VIEWER_TOKEN: "short-secret",
    PREPUFF_DATA_DIR: join(folder.path, "none"),
  };
  const { code } = await prepuff(["support-bundle", "--out", "b.tar.gz"], { env, cwd: folder.path });
  expect(code).toBe(0);
  const files = await filesOf(join(folder.path, "b.tar.gz"));
  const all = [...files.values()].join("\n");
  expect(all).toContain("PREPUFF_VIEWER_TOKEN");
  for (const secret of Object.values(env).slice(0, 5)) expect(all).not.toContain(secret);
});

test("secrets are found in files and in URLs, the generated one with them", async () => {
  using folder = tempFolder();
  await Bun.write(join(folder.path, "db"), "postgres://u:p%40ssword@db/prepuff");
  await Bun.write(join(folder.path, "admin-token"), "a-generated-token-0123456789\n");
  const { loadConfig } = await import("../../src/config/load.ts");
  const io = { env: { DATABASE_URL_FILE: "./db", PREPUFF_DATA_DIR: folder.path }, cwd: folder.path };
  const found = secretsIn(io, loadConfig(io).config);
  for (const secret of ["p%40ssword", "p@ssword", "a-generated-token-0123456789"])
    expect(found).toContain(secret);
});
