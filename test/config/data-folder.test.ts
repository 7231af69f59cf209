import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { closedToOthers, secureDataFolder } from "../../src/config/data-folder.ts";
import { secureConfigFiles } from "../../src/config/file-modes.ts";
import { startAppliance } from "../support/appliance.ts";
import { tempFolder } from "../support/temp-folder.ts";

const modeOf = (path: string) => statSync(path).mode & 0o7777;
const isRoot = process.getuid?.() === 0;

function made(path: string, mode: number): string {
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

describe("the data folder", () => {
  test("is made for this user alone, and nothing is said", () => {
    using folder = tempFolder();
    const data = join(folder.path, "a/b/data");
    expect(secureDataFolder(data)).toEqual([]);
    expect(modeOf(data)).toBe(0o700);
  });

  test.each([0o755, 0o750, 0o777, 0o707, 0o711, 0o2775, 0o1777])(
    "that others may enter (%o) is closed, and said",
    (mode) => {
      using folder = tempFolder();
      const data = made(join(folder.path, "data"), mode);
      writeFileSync(join(data, "notes"), "");
      expect(secureDataFolder(data)).toEqual([expect.stringContaining("it is closed now (0700)")]);
      expect(modeOf(data) & 0o077).toBe(0);
    },
  );

  test("that others need is not closed: refused where every user can write it, named where every user can read it", () => {
    using folder = tempFolder();
    const data = made(join(folder.path, "above"), 0o777);
    const inside = made(join(data, "checkout"), 0o755);
    const module = JSON.stringify(join(import.meta.dir, "../../src/config/data-folder.ts"));
    const script = `import { secureDataFolder } from ${module};
      try { console.log(secureDataFolder(${JSON.stringify(data)})); } catch (error) { console.log(error.message); }`;
    const said = () =>
      Bun.spawnSync([process.execPath, "-e", script], { cwd: inside, stdout: "pipe" }).stdout.toString();
    expect(said()).toContain(
      "can be written by every user (mode 0777): give the appliance a folder of its own",
    );
    expect(modeOf(data)).toBe(0o777);
    chmodSync(data, 0o755);
    expect(said()).toContain("is open to other users (mode 0755): give the appliance a folder of its own");
    expect(modeOf(data)).toBe(0o755);
  });

  test("/tmp itself is refused", () => {
    expect(() => secureDataFolder("/tmp")).toThrow(/can be written by every user \(mode 1777\)/);
  });

  test.each([
    "admin-token",
    "session-key",
    "journal.db",
    "journal.db-wal",
    "journal.id.tmp",
    "lock",
    "prepuff.pid",
    "postgres",
  ])("with a link called %s is refused, and what it leads to stays as it is", (name) => {
    using folder = tempFolder();
    const data = made(join(folder.path, "data"), 0o700);
    const target = join(folder.path, "target");
    writeFileSync(target, "somebody else's");
    symlinkSync(target, join(data, name));
    expect(() => secureDataFolder(data)).toThrow(`${join(data, name)} is a link, which is not followed`);
    expect(readFileSync(target, "utf8")).toBe("somebody else's");
    expect(lstatSync(join(data, name)).isSymbolicLink()).toBe(true);
  });

  test("with a link that leads nowhere, or a folder in the place of a file, is refused", () => {
    using folder = tempFolder();
    const data = made(join(folder.path, "data"), 0o700);
    symlinkSync(join(folder.path, "made-by-nobody"), join(data, "lock"));
    expect(() => secureDataFolder(data)).toThrow("is a link");
    expect(existsSync(join(folder.path, "made-by-nobody"))).toBe(false);
    const other = made(join(folder.path, "other"), 0o700);
    mkdirSync(join(other, "admin-token"));
    expect(() => secureDataFolder(other)).toThrow("is not what the appliance keeps there");
  });

  test("a token that others could read is closed, and said, with what to do", () => {
    using folder = tempFolder();
    const data = made(join(folder.path, "data"), 0o700);
    for (const name of ["admin-token", "journal.db"]) {
      writeFileSync(join(data, name), "");
      chmodSync(join(data, name), 0o644);
    }
    expect(secureDataFolder(data)).toEqual([
      expect.stringMatching(/admin-token could be read .* Delete it and start again/),
    ]);
    expect([modeOf(join(data, "admin-token")), modeOf(join(data, "journal.db"))]).toEqual([0o600, 0o600]);
  });

  test("that is a file, or cannot be made, is refused in plain words", () => {
    using folder = tempFolder();
    writeFileSync(join(folder.path, "file"), "");
    expect(() => secureDataFolder(join(folder.path, "file"))).toThrow(/cannot be used: it is a file/);
    expect(() => secureDataFolder(join(folder.path, "file/data"))).toThrow(
      /cannot be made or written \(ENOTDIR\)/,
    );
  });

  test("what is made in it is closed, whatever the umask", () => {
    using folder = tempFolder();
    const before = process.umask(0);
    closedToOthers(() => writeFileSync(join(folder.path, "file"), ""));
    expect(process.umask(before)).toBe(0);
    expect(modeOf(join(folder.path, "file"))).toBe(0o600);
  });
});

describe("files of the configuration", () => {
  const settings = (path: string) => ({ path, subject: "./settings.json", kind: "settings" as const });
  const secret = (path: string) => ({ path, subject: "PREPUFF_ADMIN_TOKEN_FILE", kind: "secret" as const });

  function file(folder: string, mode: number): string {
    const path = join(folder, "file");
    writeFileSync(path, "{}");
    chmodSync(path, mode);
    return path;
  }

  test.each([0o644, 0o666, 0o640, 0o604])("a settings file with mode %o is closed, and said", (mode) => {
    using folder = tempFolder();
    const path = file(folder.path, mode);
    expect(secureConfigFiles([settings(path)])).toEqual([expect.stringContaining("it is closed now")]);
    expect(modeOf(path)).toBe(0o600);
    expect(secureConfigFiles([settings(path)])).toEqual([]);
  });

  test("the file of a secret is left as it is: named where all can read it, refused where all can write it", () => {
    using folder = tempFolder();
    expect(secureConfigFiles([secret(file(folder.path, 0o600))])).toEqual([]);
    expect(secureConfigFiles([secret(file(folder.path, 0o644))])).toEqual([
      expect.stringContaining("chmod 600 closes it"),
    ]);
    const path = file(folder.path, 0o666);
    expect(() => secureConfigFiles([secret(path)])).toThrow();
    try {
      secureConfigFiles([secret(path)]);
    } catch (error) {
      expect(error).toMatchObject({
        faults: [{ subject: "PREPUFF_ADMIN_TOKEN_FILE", hint: `Close it: chmod 600 ${path}` }],
      });
    }
  });
});

test.if(isRoot)("another user's file in a folder of this user is refused", async () => {
  using folder = tempFolder();
  const data = made(join(folder.path, "data"), 0o700);
  writeFileSync(join(data, "admin-token"), "token-that-somebody-knows");
  chownSync(folder.path, 4_001, 4_001);
  chownSync(data, 4_001, 4_001);
  chownSync(join(data, "admin-token"), 4_002, 4_002);
  const script = `import { secureDataFolder } from ${JSON.stringify(join(import.meta.dir, "../../src/config/data-folder.ts"))};
    process.setuid(4001); try { secureDataFolder(${JSON.stringify(data)}); } catch (error) { console.log(error.message); }`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  expect(await new Response(child.stdout).text()).toContain("belongs to another user (4002)");
});

test("the appliance closes its folder and its settings file, and goes on", async () => {
  using folder = tempFolder();
  chmodSync(folder.path, 0o755);
  writeFileSync(join(folder.path, "settings.json"), '{"station": "Station 7"}');
  await using appliance = await startAppliance({
    dataDir: folder.path,
    databaseUrl: "postgres://127.0.0.1:1/x",
  });
  expect(
    appliance
      .log()
      .filter(({ level }) => level === "warn")
      .map(({ msg }) => msg),
  ).toEqual(
    expect.arrayContaining([
      expect.stringContaining("settings.json was open to other users (mode 0644)"),
      expect.stringContaining("was open to other users (mode 0755)"),
    ]),
  );
  expect([modeOf(folder.path), modeOf(join(folder.path, "settings.json"))]).toEqual([0o700, 0o600]);
  expect(modeOf(join(folder.path, "journal.db"))).toBe(0o600);
}, 30_000);
