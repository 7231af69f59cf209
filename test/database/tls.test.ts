import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withConnection } from "../../src/database/once.ts";
import { makeCertificates } from "../faults/certificates.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { type SystemPostgres, startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

let encrypted: SystemPostgres;
let plain: SystemPostgres;
let authority = "";
let stranger = "";
const folders = [tempFolder(), tempFolder(), tempFolder()] as const;

beforeAll(async () => {
  const { valid, authorityFile } = await makeCertificates(folders[0].path);
  authority = authorityFile;
  stranger = (await makeCertificates(folders[1].path)).authorityFile;
  // Where the server, which is not root, may read it.
  const open = folders[2].path;
  chmodSync(open, 0o755);
  const key = join(open, "server.key");
  writeFileSync(key, valid.key, { mode: 0o600 });
  writeFileSync(join(open, "server.pem"), valid.cert);
  if (process.getuid?.() === 0) Bun.spawnSync(["chown", "nobody", key]);
  [encrypted, plain] = await Promise.all([
    startSystemPostgres({ ssl: "on", ssl_cert_file: join(open, "server.pem"), ssl_key_file: key }),
    startSystemPostgres(),
  ]);
}, 120_000);

afterAll(async () => {
  await encrypted[Symbol.asyncDispose]();
  await plain[Symbol.asyncDispose]();
  for (const folder of folders) folder[Symbol.dispose]();
});

/** Whether the connection is encrypted, as the server sees it. */
function isEncrypted(server: SystemPostgres, query: string, host = "127.0.0.1"): Promise<boolean> {
  const url = new URL(server.url);
  url.hostname = host;
  return withConnection(`${url.href}?${query}`, { logger: silentLogger, limitMs: 10_000 }, async (sql) => {
    const [row] = await sql<{ ssl: boolean }[]>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    return row?.ssl === true;
  });
}

test("sslmode decides whether it is encrypted, as with libpq", async () => {
  const found: Record<string, boolean | string> = {};
  for (const mode of ["disable", "allow", "prefer", "require"]) {
    for (const [name, server] of [["tls", encrypted] as const, ["no tls", plain] as const]) {
      found[`${mode}, ${name}`] = await isEncrypted(server, `sslmode=${mode}`).catch(
        (error: Error) => error.message,
      );
    }
  }
  expect(found).toEqual({
    "disable, tls": false,
    "disable, no tls": false,
    "allow, tls": false,
    "allow, no tls": false,
    "prefer, tls": true,
    "prefer, no tls": false,
    "require, tls": true,
    "require, no tls": "the server has no TLS, but sslmode asks for it",
  });
});

test("a server that wants TLS is reached with allow, and one that is asked without it says so", async () => {
  const { sql } = encrypted;
  const [row] = await sql<{ file: string }[]>`select current_setting('hba_file') as file`;
  const file = row?.file ?? "";
  const before = await Bun.file(file).text();
  try {
    await Bun.write(file, "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    await sql`select pg_reload_conf()`;
    expect(await isEncrypted(encrypted, "sslmode=allow")).toBe(true);
    await expect(isEncrypted(encrypted, "sslmode=disable")).rejects.toThrow("no encryption");
  } finally {
    await Bun.write(file, before);
    await sql`select pg_reload_conf()`;
  }
});

test("sslrootcert: verify-ca wants its authority, verify-full also the name that is asked for", async () => {
  expect(await isEncrypted(encrypted, `sslmode=verify-full&sslrootcert=${authority}`)).toBe(true);
  expect(await isEncrypted(encrypted, `sslrootcert=${authority}`)).toBe(true);
  expect(await isEncrypted(encrypted, `sslmode=verify-ca&sslrootcert=${authority}`, "localhost")).toBe(true);
  // The certificate is for 127.0.0.1.
  await expect(
    isEncrypted(encrypted, `sslmode=verify-full&sslrootcert=${authority}`, "localhost"),
  ).rejects.toThrow(/localhost/);
  for (const mode of ["verify-full", "verify-ca", "require"]) {
    await expect(isEncrypted(encrypted, `sslmode=${mode}&sslrootcert=${stranger}`)).rejects.toThrow(
      /certificate/,
    );
  }
  await expect(isEncrypted(encrypted, "sslmode=verify-full")).rejects.toThrow(/certificate/);
  await expect(isEncrypted(encrypted, "sslrootcert=/nowhere/ca.pem")).rejects.toThrow(
    "sslrootcert of DATABASE_URL cannot be read",
  );
});
