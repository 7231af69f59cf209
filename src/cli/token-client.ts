import { z } from "zod";
import { type Token, tokenSchema } from "../access/tokens.ts";
import { listSchema } from "../http/paging.ts";
import { problemSchema } from "../http/problem.ts";
import { type Asked, ask, configuredUrls, reason } from "./appliance-api.ts";
import type { Io } from "./io.ts";

const timeoutMs = 20_000;
const madeSchema = tokenSchema.extend({ token: z.string() });

export interface TokenClient {
  create(role: string, name: string): Promise<z.output<typeof madeSchema>>;
  list(withRevoked: boolean): Promise<Token[]>;
  revoke(id: number): Promise<void>;
}

/** The named tokens of the running appliance, asked for with its admin token. Its methods throw in plain words. */
export function createTokenClient(io: Io, adminToken: string, url: URL | undefined): TokenClient {
  async function call(path: string, asked: Asked = {}): Promise<unknown> {
    const urls = url === undefined ? await configuredUrls(io, path) : [new URL(path, url)];
    const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
    let unreached = "there is no address to ask";
    for (const each of urls) {
      try {
        return read(await ask(each, AbortSignal.timeout(timeoutMs), { ...asked, headers }));
      } catch (error) {
        if (error instanceof Refused) throw error;
        unreached = `the appliance at ${each.origin} cannot be reached (${reason(error)}): is it running?`;
      }
    }
    throw new Error(unreached);
  }

  return {
    async create(role, name) {
      const body = JSON.stringify({ role, name });
      return madeSchema.parse(await call("/api/tokens", { method: "POST", body }));
    },
    async list(withRevoked) {
      const tokens: Token[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const query = new URLSearchParams({
          limit: "500",
          ...(!withRevoked && { revoked: "false" }),
          ...(cursor !== "" && { cursor }),
        });
        const page: { items: Token[]; next: string | null } = listSchema(tokenSchema).parse(
          await call(`/api/tokens?${query}`),
        );
        tokens.push(...page.items);
        cursor = page.next;
      }
      return tokens;
    },
    async revoke(id) {
      await call(`/api/tokens/${id}`, { method: "DELETE" });
    },
  };
}

class Refused extends Error {}

/** @throws Refused with what the appliance says. */
function read({ status, body }: { readonly status: number; readonly body: string }): unknown {
  if (status === 204) return null;
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    throw new Refused(`the appliance answered ${status}, and not with JSON: is it the right address?`);
  }
  if (status < 300) return answer;
  const problem = problemSchema.safeParse(answer);
  throw new Refused(`the appliance answered ${status}${problem.success ? `: ${problem.data.detail}` : ""}`);
}
