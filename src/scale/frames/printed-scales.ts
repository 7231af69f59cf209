import { LRUCache } from "lru-cache";
import type { PrintedScales } from "./line-reader.ts";

/** Of one address: more scales than stand behind one device server. */
const scalesMax = 64;
const addressesMax = 4_096;

/**
 * What scales have printed, by the address that they printed from: an indicator that reconnects is known.
 *
 * @param isConfigured whether the configuration names a scale.
 */
export function createPrintedScales(isConfigured: (scale: number) => boolean): {
  from(address: string): PrintedScales;
} {
  /** Of too many addresses the one asked for longest ago is forgotten. */
  const byAddress = new LRUCache<string, PrintedScales>({ max: addressesMax });

  function nonePrinted(): PrintedScales {
    const printed = new Set<number>();
    return {
      has: (scale) => printed.has(scale) || isConfigured(scale),
      add(scale) {
        if (printed.size < scalesMax) printed.add(scale);
      },
    };
  }

  return {
    from(address) {
      const scales = byAddress.get(address) ?? nonePrinted();
      byAddress.set(address, scales);
      return scales;
    },
  };
}
