import { z } from "zod";
import type { Appliance } from "./appliance.ts";
import { answered } from "./outside.ts";

const pairingSchema = z.looseObject({ code: z.string() });

/** A code by which a device can be paired. */
export async function pairingCode(
  appliance: Pick<Appliance, "api">,
  body: { readonly name: string; readonly station: string | null },
): Promise<string> {
  const made = appliance.api("/api/pairings", { method: "POST", body });
  return (await answered(made, pairingSchema)).code;
}
