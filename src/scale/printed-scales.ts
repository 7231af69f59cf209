import type { PrintedScales } from "./framer.ts";

/** Of one address: more scales than stand behind one device server. */
const scalesMax = 64;
const addressesMax = 4_096;

/**
 * What scales have printed, by the address that they printed from: an indicator that connects anew is known.
 *
 * @param isConfigured whether the configuration names a scale.
 */
export function createPrintedScales(isConfigured: (scale: number) => boolean): {
  from(address: string): PrintedScales;
} {
  /** The address that was asked for last stands last. */
  const byAddress = new Map<string, Set<number>>();
  return {
    from(address) {
      const printed = byAddress.get(address) ?? new Set();
      byAddress.delete(address);
      byAddress.set(address, printed);
      const [oldest] = byAddress.keys();
      if (byAddress.size > addressesMax && oldest !== undefined) byAddress.delete(oldest);
      return {
        has: (scale) => printed.has(scale) || isConfigured(scale),
        add(scale) {
          if (printed.size < scalesMax) printed.add(scale);
        },
      };
    },
  };
}
