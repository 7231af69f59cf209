import { describe, expect, test } from "bun:test";
import { createAllowList, parseCidr } from "../../src/runtime/address-ranges.ts";

describe("an allow list", () => {
  test("without entries allows everyone", () => {
    const isAllowed = createAllowList([]);
    expect(["10.0.0.1", "::1", ""].map(isAllowed)).toEqual([true, true, true]);
  });

  test.each([
    [
      "192.168.7.20",
      ["192.168.7.20", "::ffff:192.168.7.20", "::FFFF:c0a8:714"],
      ["192.168.7.21", "::192.168.7.20", "::1"],
    ],
    [
      "192.168.7.0/24",
      ["192.168.7.0", "192.168.7.255", "::ffff:192.168.7.9"],
      ["192.168.8.0", "192.168.6.255", "fe80::1"],
    ],
    ["192.168.7.99/24", ["192.168.7.1"], ["192.168.8.1"]],
    ["10.0.0.0/31", ["10.0.0.0", "10.0.0.1"], ["10.0.0.2"]],
    ["0.0.0.0/0", ["1.2.3.4", "::ffff:1.2.3.4"], ["::1", "2001:db8::1"]],
    ["::/0", ["::1", "2001:db8::1"], ["1.2.3.4", "::ffff:1.2.3.4"]],
    ["2001:db8::/32", ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1"], ["2001:db9::1"]],
    ["2001:db8::1", ["2001:db8:0::0:1"], ["2001:db8::2"]],
    ["fe80::/10", ["fe80::1%eth0", "febf::1"], ["fec0::1"]],
    ["::ffff:10.0.0.1", ["10.0.0.1", "::ffff:a00:1"], ["10.0.0.2"]],
    ["::ffff:10.0.0.0/104", ["10.1.2.3"], ["11.0.0.0", "::1"]],
  ])("of %s", (entry, allowed, refused) => {
    const isAllowed = createAllowList([entry]);
    expect(allowed.filter((address) => !isAllowed(address))).toEqual([]);
    expect(refused.filter(isAllowed)).toEqual([]);
  });

  test("allows what any of its entries allows", () => {
    const isAllowed = createAllowList(["10.0.0.1", "fd00::/8", "192.168.0.0/16"]);
    expect(["10.0.0.1", "fd12::1", "192.168.200.1", "10.0.0.2"].map(isAllowed)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test("refuses what is no address", () => {
    const isAllowed = createAllowList(["0.0.0.0/0", "::/0"]);
    expect(["", "localhost", "1.2.3", "10.0.0.1/32", "%eth0", "/tmp/socket"].filter(isAllowed)).toEqual([]);
  });

  test("with a bad entry is refused with the entry's name", () => {
    expect(() => createAllowList(["10.0.0.1", "10.0.0.0/33"])).toThrow(
      '"10.0.0.0/33" is neither an IP address nor a CIDR such as 192.168.7.0/24',
    );
  });

  test("matches exactly the bits of each prefix, in both families", () => {
    for (const [family, bits] of [
      ["ipv4", 32],
      ["ipv6", 128],
    ] as const) {
      const all = 2n ** BigInt(bits) - 1n;
      for (let prefix = 0; prefix <= bits; prefix++) {
        const isAllowed = createAllowList([`${written(all, family)}/${prefix}`]);
        for (let bit = 0; bit < bits; bit++) {
          expect(isAllowed(written(all ^ (1n << BigInt(bits - 1 - bit)), family))).toBe(bit >= prefix);
        }
      }
    }
  });
});

test.each([
  "",
  " ",
  "localhost",
  "10.0.0",
  "10.0.0.256",
  "010.0.0.1",
  "10.0.0.0/",
  "10.0.0.0/33",
  "10.0.0.0/08",
  "10.0.0.0/-1",
  "10.0.0.0/8/8",
  "10.0.0.0-10.0.0.9",
  "::/129",
  "::1::",
  "fe80::1%eth0",
  "::ffff:10.0.0.0/95",
  "10.0.0.0 /8",
  "*",
])("%j is no CIDR", (text) => {
  expect(parseCidr(text)).toBeNull();
});

function written(address: bigint, family: "ipv4" | "ipv6"): string {
  const hex = address.toString(16).padStart(family === "ipv4" ? 8 : 32, "0");
  if (family === "ipv6") return hex.replace(/(....)(?!$)/g, "$1:");
  return hex.replace(/../g, (byte, at: number) => `${at === 0 ? "" : "."}${Number.parseInt(byte, 16)}`);
}
