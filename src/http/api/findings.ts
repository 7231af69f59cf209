import { Elysia } from "elysia";
import { z } from "zod";
import { type ApplianceApi, answeredJson } from "../../health/appliance-api.ts";
import { type BoardFinding, findFromInside, findingSchema } from "../../health/from-inside.ts";
import type { Auth } from "../auth/auth.ts";
import type { HttpParts } from "./parts.ts";

/** Many boards look at the same: they share one look. A board asks again so long after a change that it sees the change. */
const keptMs = 2_000;

type Parts = Pick<HttpParts, "config" | "clock" | "tokens">;

/**
 * What `prepuff doctor` finds, as far as the appliance can look at itself.
 *
 * @param ask answers a request to this appliance.
 */
export function findingsController(parts: Parts, auth: Auth, ask: (request: Request) => Promise<Response>) {
  const { config, clock, tokens } = parts;
  let last: { readonly at: number; readonly found: Promise<BoardFinding[]> } | null = null;

  const api: ApplianceApi = {
    async ask(path) {
      const headers = { authorization: `Bearer ${tokens().admin ?? ""}` };
      const answer = await ask(new Request(`http://localhost${path}`, { headers }));
      return { status: answer.status, body: await answer.text() };
    },
    get: async (path, schema) => answeredJson(path, await api.ask(path), schema),
  };

  function look(): { readonly at: number; readonly found: Promise<BoardFinding[]> } {
    const at = clock.now();
    if (last !== null && Math.abs(at - last.at) < keptMs) return last;
    const found = findFromInside({ config, env: {}, clock, api, clocks: new Map() });
    found.catch(() => {
      last = null;
    });
    last = { at, found };
    return last;
  }

  return new Elysia({ name: "findings", tags: ["health"] }).use(auth).get(
    "/api/findings",
    async () => {
      const { at, found } = look();
      return { items: await found, as_of: new Date(at).toISOString() };
    },
    {
      role: "viewer",
      response: { 200: z.object({ items: z.array(findingSchema), as_of: z.iso.datetime() }) },
      detail: {
        summary: "What is wrong, and what to do about it",
        description:
          "The checks of `prepuff doctor` that the appliance can make itself, in the doctor's words. What cannot be told now is left out. Looked for at most every 2 s.",
      },
    },
  );
}
