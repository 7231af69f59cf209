import { BlockList, isIP } from "node:net";

/** A network, or one address where the prefix is as long as the address. */
export interface Cidr {
  readonly family: "ipv4" | "ipv6";
  readonly address: string;
  /** Bits that must be equal: 0 to 32, for IPv6 0 to 128. */
  readonly prefix: number;
}

/** An IPv6 address that holds an IPv4 one (RFC 4291, 2.5.5.2): how a dual-stack socket names an IPv4 peer. */
const MAPPED_PREFIX = 96;

/**
 * Reads `192.168.7.20`, `192.168.7.0/24`, `fd00::/8`. An IPv4-mapped IPv6 address is the IPv4 one.
 *
 * @returns null where `text` is neither an address nor a CIDR.
 */
export function parseCidr(text: string): Cidr | null {
  const [address = "", prefixText, ...more] = text.split("/");
  if (more.length > 0 || address.includes("%")) return null;
  const plain = plainAddress(address);
  if (plain === null) return null;

  const bits = plain.family === "ipv4" ? 32 : 128;
  if (prefixText === undefined) return { ...plain, prefix: bits };
  if (!/^(0|[1-9]\d{0,2})$/.test(prefixText)) return null;
  const prefix = Number(prefixText) - (plain.mapped ? MAPPED_PREFIX : 0);
  if (prefix < 0 || prefix > bits) return null;
  return { family: plain.family, address: plain.address, prefix };
}

/**
 * Says which addresses may connect. No entries: all of them. What is no IP address may not, unless all may.
 *
 * @throws Error naming the first entry that is neither an address nor a CIDR.
 */
export function createAllowList(entries: readonly string[]): (address: string) => boolean {
  if (entries.length === 0) return () => true;

  // One list a family: in one for both, Bun 1.4.5 lets 0.0.0.0/0 match IPv6 addresses too, and ::/0 IPv4 ones.
  const allowed = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of entries) {
    const cidr = parseCidr(entry);
    if (cidr === null) {
      throw new Error(`"${entry}" is neither an IP address nor a CIDR such as 192.168.7.0/24`);
    }
    allowed[cidr.family].addSubnet(cidr.address, cidr.prefix, cidr.family);
  }

  return (address) => {
    const plain = plainAddress(address);
    return plain !== null && allowed[plain.family].check(plain.address, plain.family);
  };
}

/** Drops an IPv6 zone (`%eth0`) and turns an IPv4-mapped IPv6 address into the IPv4 one; null for no address. */
function plainAddress(text: string): { family: "ipv4" | "ipv6"; address: string; mapped: boolean } | null {
  const address = text.replace(/%.*$/, "");
  switch (isIP(address)) {
    case 4:
      return { family: "ipv4", address, mapped: false };
    case 6: {
      // The URL standard has one way to write an IPv6 address, so ::ffff:10.0.0.1 and 0:0:0:0:0:ffff:a00:1 agree.
      const host = new URL(`http://[${address}]`).hostname;
      const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(host) ?? [];
      if (high === undefined || low === undefined) return { family: "ipv6", address, mapped: false };
      const [h, l] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
      return { family: "ipv4", address: `${h >> 8}.${h & 255}.${l >> 8}.${l & 255}`, mapped: true };
    }
    default:
      return null;
  }
}
