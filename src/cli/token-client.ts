import { z } from "zod";
import { type Token, tokenSchema } from "../access/named-tokens.ts";
import { listSchema } from "../http/request/paging.ts";
import type { RequestOptions } from "./appliance-api.ts";
import type { Io } from "./io.ts";
import { requestAsAdmin } from "./request-as-admin.ts";

const madeSchema = tokenSchema.extend({ token: z.string() });

export interface TokenClient {
  create(role: string, name: string): Promise<z.output<typeof madeSchema>>;
  list(withRevoked: boolean): Promise<Token[]>;
  revoke(id: number): Promise<void>;
}

/** The named tokens of the running appliance, asked for with its admin token. Its methods throw in plain words. */
export function createTokenClient(io: Io, adminToken: string, url: URL | undefined): TokenClient {
  const call = (path: string, asked?: RequestOptions) => requestAsAdmin(io, adminToken, url, path, asked);

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
