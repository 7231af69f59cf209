import { expect, test } from "bun:test";
import { faultsOf, load } from "./faults.ts";

const longName = "x".repeat(51);

/** One bad value a rule: the variable, the value, what people read after `got "…", `. */
const bad: readonly (readonly [string, string, string])[] = [
  [
    "PREPUFF_SCALE_HOST",
    "300.1.1.1",
    "expected an IP address or a host name. Example: PREPUFF_SCALE_HOST=0.0.0.0",
  ],
  ["PREPUFF_HTTP_HOST", "a b", "expected an IP address or a host name. Example: PREPUFF_HTTP_HOST=127.0.0.1"],
  [
    "PREPUFF_SCALE_PORT",
    "65536",
    "expected a whole number from 0 to 65535. Example: PREPUFF_SCALE_PORT=10001",
  ],
  ["PREPUFF_SCALE_PORT", "-1", "expected a whole number from 0 to 65535. Example: PREPUFF_SCALE_PORT=10001"],
  ["PREPUFF_HTTP_PORT", "0x1f", "expected a whole number from 0 to 65535. Example: PREPUFF_HTTP_PORT=8080"],
  [
    "PREPUFF_SCALE_ALLOW",
    "10.0.0.0/8,10.0.0.0/33",
    'expected addresses or CIDRs such as 10.0.0.0/8,192.168.1.20, but "10.0.0.0/33" is neither. Example: PREPUFF_SCALE_ALLOW=10.20.0.0/16,192.168.1.20',
  ],
  [
    "PREPUFF_SCALE_MAX_CONNECTIONS",
    "0",
    "expected a whole number from 1 to 100000. Example: PREPUFF_SCALE_MAX_CONNECTIONS=1024",
  ],
  [
    "PREPUFF_SCALE_MAX_PER_ADDRESS",
    "many",
    "expected a whole number from 1 to 100000. Example: PREPUFF_SCALE_MAX_PER_ADDRESS=64",
  ],
  [
    "PREPUFF_SCALE_ALIASES",
    "3:2,x",
    'expected pairs such as 3:2,4:1 of scale ids from 1 to 2147483647, but "x" is none. Example: PREPUFF_SCALE_ALIASES=3:2',
  ],
  [
    "PREPUFF_SCALE_ALIASES",
    "2147483648:2",
    'expected pairs such as 3:2,4:1 of scale ids from 1 to 2147483647, but "2147483648:2" is none. Example: PREPUFF_SCALE_ALIASES=3:2',
  ],
  [
    "PREPUFF_SCALE_ALIASES",
    "3:3",
    "expected another scale for 3 than itself. Example: PREPUFF_SCALE_ALIASES=3:2",
  ],
  [
    "PREPUFF_SCALE_ALIASES",
    "3:2,3:1",
    "expected each printed scale once, but 3 comes twice. Example: PREPUFF_SCALE_ALIASES=3:2",
  ],
  [
    "PREPUFF_SCALE_ALIASES",
    "3:2,2:1",
    "expected no alias of an alias, but 3 stands in for 2, which stands in for 1. Example: PREPUFF_SCALE_ALIASES=3:2",
  ],
  [
    "PREPUFF_FRAME_IDLE_MS",
    "9",
    "expected a whole number of milliseconds from 10 to 10000. Example: PREPUFF_FRAME_IDLE_MS=250",
  ],
  [
    "PREPUFF_REPEAT_WINDOW_MS",
    "2s",
    "expected a whole number of milliseconds from 0 to 3600000. Example: PREPUFF_REPEAT_WINDOW_MS=2000",
  ],
  ["PREPUFF_UNKNOWN_SCALES", "refuse", "expected accept or reject. Example: PREPUFF_UNKNOWN_SCALES=accept"],
  [
    "PREPUFF_STATION",
    longName,
    "expected 1 to 50 characters, none of them a control character. Example: PREPUFF_STATION=Station 1",
  ],
  [
    "PREPUFF_STATIONS",
    "1:Station 1,0:Station 2",
    'expected pairs such as 1:Station 1,2:Station 2 (scale ids from 1 to 2147483647, names of 1 to 50 characters), but "0:Station 2" is none. Example: PREPUFF_STATIONS=1:Station 1,2:Station 2',
  ],
  [
    "PREPUFF_STATIONS",
    `1:${longName}`,
    `expected pairs such as 1:Station 1,2:Station 2 (scale ids from 1 to 2147483647, names of 1 to 50 characters), but "1:${longName}" is none. Example: PREPUFF_STATIONS=1:Station 1,2:Station 2`,
  ],
  [
    "PREPUFF_STATIONS",
    "1:A,1:B",
    "expected each scale once, but 1 comes twice. Example: PREPUFF_STATIONS=1:Station 1,2:Station 2",
  ],
  [
    "PREPUFF_TOLERANCE_PERCENT",
    "10,5",
    "expected a percentage from 0 to 100 with a decimal point, at most two decimals and no % sign. Example: PREPUFF_TOLERANCE_PERCENT=10",
  ],
  [
    "PREPUFF_TOLERANCE_PERCENT",
    "100.01",
    "expected a percentage from 0 to 100 with a decimal point, at most two decimals and no % sign. Example: PREPUFF_TOLERANCE_PERCENT=10",
  ],
  [
    "PREPUFF_UPSTREAM_URL",
    "ftp://app.example.com/scan_bag",
    "expected an http:// or https:// URL, such as https://app.example.com/api/prepuff/scan_bag. Example: PREPUFF_UPSTREAM_URL=https://app.example.com/api/prepuff/scan_bag",
  ],
  [
    "PREPUFF_UPSTREAM_TIMEOUT_MS",
    "99",
    "expected a whole number of milliseconds from 100 to 300000. Example: PREPUFF_UPSTREAM_TIMEOUT_MS=10000",
  ],
  [
    "PREPUFF_UPSTREAM_IN_FLIGHT",
    "0",
    "expected a whole number from 1 to 64. Example: PREPUFF_UPSTREAM_IN_FLIGHT=1",
  ],
  [
    "PREPUFF_LOG_LEVEL",
    "warning",
    "expected trace, debug, info, warn, error or fatal. Example: PREPUFF_LOG_LEVEL=info",
  ],
  ["PREPUFF_LOG_FORMAT", "text", "expected json or pretty. Example: PREPUFF_LOG_FORMAT=json"],
  ["PREPUFF_DATA_DIR", "a\0b", "expected a path. Example: PREPUFF_DATA_DIR=/var/lib/prepuff"],
];

for (const [name, value, rest] of bad) {
  test(`${name}=${JSON.stringify(value).slice(0, 40)} is refused, with what is expected and how to mend it`, () => {
    const given = value.length > 80 ? `${value.slice(0, 80)}…` : value.replace("\0", "\\u{0}");
    expect(faultsOf({ [name]: value })).toEqual([`${name}: got "${given}", ${rest}`]);
  });
}

/** Values that are secret as a whole, or cannot be taken apart: they are not shown. */
const hidden: readonly (readonly [string, string, string])[] = [
  ["PREPUFF_ADMIN_TOKEN", "fifteen-letters", "expected 16 to 512 printable ASCII characters without blanks"],
  [
    "PREPUFF_VIEWER_TOKEN",
    "a token with blanks",
    "expected 16 to 512 printable ASCII characters without blanks",
  ],
  [
    "DATABASE_URL",
    "mysql://user:hunter22@host/db",
    "expected postgres://user:password@host:port/database, special characters of the password percent-encoded (@ is %40, / is %2F, # is %23)",
  ],
  [
    "DATABASE_URL",
    "postgres://user:hun/ter22@host/db",
    "expected postgres://user:password@host:port/database, special characters of the password percent-encoded (@ is %40, / is %2F, # is %23)",
  ],
];

for (const [name, value, rest] of hidden) {
  test(`${name}=${value} is refused without being shown`, () => {
    const [line = "", ...more] = faultsOf({ [name]: value });
    expect(more).toEqual([]);
    expect(line).toStartWith(`${name}: got a value that is not shown, ${rest}. `);
  });
}

test("an upstream URL with a password in it is refused, and the password is not shown", () => {
  expect(faultsOf({ PREPUFF_UPSTREAM_URL: "https://user:hunter22@app.example.com/scan?key=s3cret" })).toEqual(
    [
      'PREPUFF_UPSTREAM_URL: got "https://********@app.example.com/scan?key=********", expected a URL without a user name or password (the token has a variable of its own). Example: PREPUFF_UPSTREAM_URL=https://app.example.com/api/prepuff/scan_bag',
    ],
  );
});

test("an upstream token that is only the word Bearer is refused", () => {
  const env = { PREPUFF_UPSTREAM_TOKEN: "Bearer ", PREPUFF_UPSTREAM_URL: "https://a.example/scan_bag" };
  expect(faultsOf(env)).toEqual([
    'PREPUFF_UPSTREAM_TOKEN: got a value that is not shown, expected a token of printable ASCII characters without blanks (a leading "Bearer " is taken away). Take the token that the API\'s owner gave',
  ]);
});

test("good values are read into their types", () => {
  const { config } = load({
    PREPUFF_SCALE_HOST: "[::]",
    PREPUFF_SCALE_PORT: "0",
    PREPUFF_SCALE_ALLOW: "10.0.0.0/8, 192.168.1.20,fd00::/8",
    PREPUFF_SCALE_ALIASES: "3:2, 4:1",
    PREPUFF_STATIONS: "1:Line A: north, 2:Station 2",
    PREPUFF_STATION: "x".repeat(50),
    PREPUFF_TOLERANCE_PERCENT: "07.50",
    PREPUFF_UNKNOWN_SCALES: "Reject",
    PREPUFF_LOG_LEVEL: "WARN",
    DATABASE_URL: "postgresql://u:p%40ss@db1:5432,db2:5433/prepuff?sslmode=require",
    PREPUFF_UPSTREAM_URL: "http://app.example.com:8000/api/prepuff/scan_bag",
    PREPUFF_UPSTREAM_TOKEN: "bearer  abc",
    PREPUFF_VIEWER_TOKEN: "a-viewer-token-of-plenty",
  });
  expect(config.scale).toMatchObject({
    host: "::",
    port: 0,
    allow: ["10.0.0.0/8", "192.168.1.20", "fd00::/8"],
  });
  expect(config.frame.aliases).toEqual(
    new Map([
      [3, 2],
      [4, 1],
    ]),
  );
  expect(config.frame.unknownScales).toBe("reject");
  expect(config.station).toEqual({
    fallback: "x".repeat(50),
    byScale: new Map([
      [1, "Line A: north"],
      [2, "Station 2"],
    ]),
  });
  expect(config.tolerancePercent).toBe("7.50");
  expect(config.log.level).toBe("warn");
  expect(config.databaseUrl).toBe("postgresql://u:p%40ss@db1:5432,db2:5433/prepuff?sslmode=require");
  expect(config.upstream).toEqual({
    url: "http://app.example.com:8000/api/prepuff/scan_bag",
    token: "abc",
    timeoutMs: 10_000,
    inFlight: 1,
  });
  expect(config.tokens).toEqual({ viewer: "a-viewer-token-of-plenty" });
});

test("tolerances of 0, 100 and 100.00 percent are the bounds and allowed", () => {
  for (const percent of ["0", "100", "100.00", "0.01"]) {
    expect(load({ PREPUFF_TOLERANCE_PERCENT: percent }).config.tolerancePercent).toBe(percent);
  }
});
