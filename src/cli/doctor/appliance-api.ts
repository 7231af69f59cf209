import type { z } from "zod";
import { readAdminToken } from "../../config/admin-token.ts";
import type { Config } from "../../config/config.ts";
import { configuredUrls, request } from "../appliance-api.ts";
import type { Io } from "../io.ts";

const limitMs = 10_000;

/** The running appliance, as its configuration says where it is and who may ask. */
export interface ApplianceApi {
  /** The answer, whatever its status. @throws where nothing answers within 10 s. */
  ask(path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** A 2xx answer's JSON. @throws in plain words where it is another one. */
  get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>>;
}

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
        return await request(url, AbortSignal.timeout(limitMs), { headers: headers() });
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  return {
    ask: askAny,
    async get(path, schema) {
      const { status, body } = await askAny(path);
      if (status < 200 || status > 299) {
        throw new Error(`the appliance answered ${status} to ${path.split("?")[0]}: ${body.slice(0, 200)}`);
      }
      return schema.parse(JSON.parse(body));
    },
  };
}
