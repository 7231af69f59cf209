import { readAdminToken } from "../../config/admin-token.ts";
import type { Config } from "../../config/config.ts";
import { type ApplianceApi, answeredJson } from "../../health/appliance-api.ts";
import { ask, configuredUrls } from "../appliance-api.ts";
import type { Io } from "../io.ts";

const limitMs = 10_000;

/** Asks the running appliance over HTTP, where its configuration says it is, as admin. */
export function createApplianceApi(io: Io, config: Pick<Config, "tokens" | "dataDir">): ApplianceApi {
  function headers(): Record<string, string> {
    const token = config.tokens.admin ?? readAdminToken(config.dataDir);
    return token === null ? {} : { authorization: `Bearer ${token}` };
  }

  async function askAny(path: string) {
    let last: unknown = new Error("there is no address to ask");
    for (const url of await configuredUrls(io, path)) {
      try {
        return await ask(url, AbortSignal.timeout(limitMs), { headers: headers() });
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  return {
    ask: askAny,
    get: async (path, schema) => answeredJson(path, await askAny(path), schema),
  };
}
