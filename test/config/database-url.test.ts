import { expect, test } from "bun:test";
import { readDatabaseUrl } from "../../src/config/database-url.ts";

function targetOf(url: string) {
  const read = readDatabaseUrl(url);
  if ("faults" in read) throw new Error(read.faults.join("\n"));
  return read.target;
}

function faultsOf(url: string): readonly string[] {
  const read = readDatabaseUrl(url);
  return "faults" in read ? read.faults : [];
}

const hosts: readonly (readonly [string, { host: string; port: number }[]])[] = [
  ["postgres://u:p@db/x", [{ host: "db", port: 5432 }]],
  ["postgres://u:p@[::1]/x", [{ host: "::1", port: 5432 }]],
  ["postgres://u:p@[::1]:5433/x", [{ host: "::1", port: 5433 }]],
  [
    "postgresql://u@[2001:db8::7]:5433,db2,10.0.0.3:6432/x",
    [
      { host: "2001:db8::7", port: 5433 },
      { host: "db2", port: 5432 },
      { host: "10.0.0.3", port: 6432 },
    ],
  ],
];

for (const [url, expected] of hosts) {
  test(`the hosts of ${url}`, () => expect(targetOf(url).hosts).toEqual(expected));
}

test("user, password and database are decoded; what is left out is left to the environment, as with libpq", () => {
  expect(targetOf("postgres://a%40b:p%2Fw%3F@db/pre%2Fpuff")).toMatchObject({
    user: "a@b",
    password: "p/w?",
    database: "pre/puff",
  });
  expect(targetOf("postgres://db")).toMatchObject({ user: null, password: null, database: null });
});

const modes: readonly (readonly [string, string])[] = [
  ["", "disable"],
  ["?sslmode=disable", "disable"],
  ["?sslmode=allow", "allow"],
  ["?sslmode=prefer", "prefer"],
  ["?sslmode=require", "require"],
  ["?sslmode=verify-full", "verify-full"],
  // As libpq: a root certificate is never given for nothing.
  ["?sslmode=require&sslrootcert=/ca.pem", "verify-ca"],
  ["?sslrootcert=/ca.pem", "verify-full"],
  ["?sslrootcert=system", "verify-full"],
];

for (const [query, mode] of modes) {
  test(`TLS of ${query || "a URL without parameters"} is ${mode}`, () => {
    expect(targetOf(`postgres://u:p@db/x${query}`).tls.mode).toEqual<string>(mode);
  });
}

test("every parameter that is honoured is read", () => {
  const query =
    "sslmode=verify-ca&sslrootcert=%2Fca.pem&sslcert=/c.pem&sslkey=/k.pem&connect_timeout=7&application_name=plant%201&target_session_attrs=read-write";
  expect(targetOf(`postgres://u:p@db/x?${query}`)).toMatchObject({
    applicationName: "plant 1",
    connectTimeoutMs: 7_000,
    tls: { mode: "verify-ca", rootCert: "/ca.pem", cert: "/c.pem", key: "/k.pem" },
  });
});

const bad: readonly (readonly [string, string])[] = [
  [
    "sslmode=requir",
    'expected sslmode disable, allow, prefer, require, verify-ca or verify-full, not "requir"',
  ],
  ["sslmode=", "expected a value for sslmode"],
  ["sslmode", "expected a value for sslmode"],
  ["sslrootcert=", "expected a value for sslrootcert"],
  ["sslmode=require&sslmode=disable", "expected sslmode once"],
  ["SSLMODE=require", 'expected no parameter "SSLMODE". Did you mean sslmode?'],
  ["ssl_mode=require", 'expected no parameter "ssl_mode". Did you mean sslmode?'],
  ["ssl=true", "expected no parameter ssl: use sslmode=require"],
  [
    "sslmode=prefer&sslrootcert=/ca.pem",
    "expected sslmode verify-full, verify-ca or require with sslrootcert, not prefer",
  ],
  ["sslcert=/c.pem", "expected sslcert and sslkey together"],
  ["connect_timeout=0", 'expected connect_timeout from 1 to 30 (seconds), not "0"'],
  ["connect_timeout=soon", 'expected connect_timeout from 1 to 30 (seconds), not "soon"'],
  [
    "target_session_attrs=standby",
    'expected target_session_attrs read-write or none at all, not "standby": the appliance records, and looks for the host that takes writes',
  ],
  [
    "host=/run/postgresql",
    "expected no parameter host: write it in front of the question mark, as in postgres://user:password@host:port/database; several hosts are separated by commas, and Unix sockets are not used",
  ],
  [
    "options=-csearch_path%3Dplant",
    "expected no parameter options: set it for the role instead, with ALTER ROLE … SET",
  ],
  [
    "pgbouncer=true",
    "expected no parameter pgbouncer: leave it out, and name the server itself or a pooler in session mode",
  ],
  [
    "channel_binding=require",
    "expected no parameter channel_binding: leave it out; sslmode=verify-full proves which server it is",
  ],
];

for (const [query, fault] of bad) {
  test(`?${query} is refused, and how to say it is said`, () => {
    expect(faultsOf(`postgres://u:p@db/x?${query}`)).toEqual([fault]);
  });
}

test("all faults are told at once, and a name that nobody knows is not shown: it may be a part of the password", () => {
  expect(faultsOf("postgres://u:p@[12]:99999/x?sslmode=on&hunter22=1&port=5")).toEqual([
    "expected an IPv6 address in brackets, not [12]",
    "expected a port from 1 to 65535, not 99999",
    "expected only parameters that the appliance knows, but number 2 is none of them (known are sslmode, sslrootcert, sslcert, sslkey, connect_timeout, application_name, target_session_attrs)",
    "expected no parameter port: write it in front of the question mark, as in postgres://user:password@host:port/database",
    'expected sslmode disable, allow, prefer, require, verify-ca or verify-full, not "on"',
  ]);
});
