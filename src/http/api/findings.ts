import { Elysia } from "elysia";
import { z } from "zod";
import { createFindings, findingSchema } from "../../health/from-inside.ts";
import { createOwnFacts, type OwnParts } from "../../health/own-facts.ts";
import type { Auth } from "../auth/auth.ts";

/** What `prepuff doctor` finds, as far as the appliance can look at itself. */
export function findingsController(services: OwnParts, auth: Auth) {
  const look = createFindings(services, createOwnFacts(services));
  return new Elysia({ name: "findings", tags: ["health"] }).use(auth).get(
    "/api/findings",
    async () => {
      const { at, found } = look();
      return { items: [...(await found)], as_of: new Date(at).toISOString() };
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
