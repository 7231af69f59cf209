import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeSecrets, readSecret } from "../../src/cli/compose-secrets.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { prepuff } from "./captured.ts";

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("the first start makes every secret at random, and no other start changes one", () => {
  using folder = tempFolder();
  using other = tempFolder();
  const made = makeSecrets(folder.path);
  expect(made.sort()).toEqual([
    "backup/pgpass",
    "grafana/admin-password",
    "grafana/grafana-database-password",
    "postgres/grafana-password",
    "postgres/prepuff-password",
    "postgres/superuser-password",
    "prepuff/admin-token",
    "prepuff/database-url",
  ]);
  const before = made.map((file) => readSecret(folder.path, file));
  expect(makeSecrets(folder.path)).toEqual([]);
  expect(made.map((file) => readSecret(folder.path, file))).toEqual(before);
  makeSecrets(other.path);
  for (const file of made) expect(readSecret(other.path, file)).not.toBe(readSecret(folder.path, file));
});

test("no two secrets are the same, and each has 256 random bits", () => {
  using folder = tempFolder();
  makeSecrets(folder.path);
  const random = [
    "prepuff/admin-token",
    "postgres/superuser-password",
    "postgres/prepuff-password",
    "postgres/grafana-password",
    "grafana/admin-password",
  ].map((file) => readSecret(folder.path, file) ?? "");
  expect(new Set(random).size).toBe(random.length);
  for (const secret of random) expect(Buffer.from(secret, "base64url")).toHaveLength(32);
});

test("each service has its own form of the password, and a lost one is written again", () => {
  using folder = tempFolder();
  makeSecrets(folder.path);
  const password = readSecret(folder.path, "postgres/prepuff-password");
  expect(readSecret(folder.path, "prepuff/database-url")).toBe(
    `postgres://prepuff:${password}@postgres:5432/prepuff`,
  );
  expect(readSecret(folder.path, "backup/pgpass")).toBe(`postgres:5432:*:prepuff:${password}`);
  expect(readSecret(folder.path, "grafana/grafana-database-password")).toBe(
    readSecret(folder.path, "postgres/grafana-password"),
  );
  rmSync(join(folder.path, "backup"), { recursive: true });
  rmSync(join(folder.path, "prepuff/database-url"));
  writeFileSync(join(folder.path, "prepuff/database-url"), "postgres://old");
  expect(makeSecrets(folder.path).sort()).toEqual(["backup/pgpass", "prepuff/database-url"]);
  expect(readSecret(folder.path, "prepuff/database-url")).toContain(String(password));
});

test("what only the appliance's user reads, nobody else may", () => {
  using folder = tempFolder();
  makeSecrets(folder.path);
  for (const file of ["prepuff/admin-token", "prepuff/database-url", "backup/pgpass"]) {
    expect(mode(join(folder.path, file))).toBe("400");
  }
  expect(mode(join(folder.path, "postgres/superuser-password"))).toBe("444");
});

test("`show` prints the admin token and Grafana's password, and nothing else", async () => {
  using folder = tempFolder();
  const tooEarly = await prepuff(["secrets", "show", "--folder", folder.path]);
  expect(tooEarly.code).toBe(1);
  expect(tooEarly.err).toContain("docker compose up -d");
  expect((await prepuff(["secrets", "make", "--folder", folder.path])).code).toBe(0);
  const { out } = await prepuff(["secrets", "show", "--folder", folder.path]);
  expect(out).toContain(` ${readSecret(folder.path, "prepuff/admin-token")}\n`);
  expect(out).toContain(` ${readSecret(folder.path, "grafana/admin-password")}\n`);
  expect(out).toContain("prepuff token create --role operator");
  for (const file of ["superuser-password", "prepuff-password", "grafana-password"]) {
    expect(out).not.toContain(String(readSecret(folder.path, `postgres/${file}`)));
  }
});

test("`make` names what it made, and never shows it", async () => {
  using folder = tempFolder();
  const { out } = await prepuff(["secrets", "make", "--folder", folder.path]);
  expect(out).toStartWith("made: prepuff/admin-token");
  expect(out).not.toContain(String(readSecret(folder.path, "prepuff/admin-token")));
  expect((await prepuff(["secrets", "make", "--folder", folder.path])).out).toBe("all secrets are there\n");
});

async function put(name: string, input: string, folder: string) {
  const main = resolve(import.meta.dir, "../../src/main.ts");
  const child = Bun.spawn([process.execPath, main, "secrets", "put", name, "--folder", folder], {
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [code, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, said: out + err };
}

test("`put` keeps what people have from others, in the place of what was there", async () => {
  using folder = tempFolder();
  const kept = await put("upstream-token", "first-token-of-the-plant\n", folder.path);
  expect(kept).toEqual({ code: 0, said: "kept; its service reads it from /run/secrets/upstream-token\n" });
  await put("upstream-token", "second-token-of-the-plant", folder.path);
  const file = join(folder.path, "prepuff/upstream-token");
  expect(readFileSync(file, "utf8")).toBe("second-token-of-the-plant\n");
  expect(mode(file)).toBe("400");
});

test("`put` takes no other name, nothing empty and no second line", async () => {
  using folder = tempFolder();
  expect((await put("admin-token", "x", folder.path)).code).toBe(2);
  expect((await put("smtp-password", " \n", folder.path)).code).toBe(1);
  const two = await put("smtp-password", "secret-one\nsecret-two\n", folder.path);
  expect(two.code).toBe(1);
  expect(two.said).not.toContain("secret-");
  expect(existsSync(join(folder.path, "alertmanager/smtp-password"))).toBe(false);
});
