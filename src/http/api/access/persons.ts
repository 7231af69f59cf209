import { Elysia, status } from "elysia";
import { z } from "zod";
import {
  changePerson,
  createPerson,
  listPersons,
  newPersonSchema,
  personAsked,
  personChangeSchema,
  personSchema,
  personsMax,
  retirePerson,
  setPersonAsked,
} from "../../../access/persons.ts";
import { readOnly } from "../../../database/read-only.ts";
import { stationSchema } from "../../../runtime/typed-text.ts";
import { conflict, notFound, problems } from "../../answer/problem.ts";
import type { Auth } from "../../auth/auth.ts";
import type { PinAttempts } from "../../auth/pin-attempts.ts";
import { checked } from "../../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../../request/paging.ts";
import { smallIdSchema } from "../../request/values.ts";
import type { Services } from "../services.ts";
import type { Shares } from "../shares.ts";

const idSchema = z.object({ id: smallIdSchema });
const askedSchema = z.strictObject({
  person_asked: z
    .enum(personAsked)
    .describe("`never`; before `each_action`; or once, until the shift ends: `each_shift`."),
});

/** People who act on paired devices, and which stations ask for them. */
export function personsController(
  services: Pick<Services, "database" | "plant" | "clock" | "people">,
  auth: Auth,
  shares: Shares,
  attempts: PinAttempts,
) {
  const { database, plant, clock, people } = services;
  const by = (actor: string) => ({ actor, plant: plant.id, at: clock.now() });
  return new Elysia({ name: "persons", tags: ["access"] })
    .use(auth)
    .get(
      "/api/persons",
      async ({ query: { limit, cursor, retired }, client }) => {
        const page = { before: cursor, limit: limit + 1 };
        const found = await shares.questions.run(client, () =>
          readOnly(database, (tx) => listPersons(tx, plant.id, { retired }, page)),
        );
        return pageOf(found, limit);
      },
      {
        role: "operator",
        query: checked(
          "query",
          z.strictObject({
            ...pageQuery,
            retired: z
              .enum(["true", "false"])
              .transform((text) => text === "true")
              .optional()
              .describe("Left out: retired ones are listed with the others."),
          }),
        ),
        response: { 200: listSchema(personSchema), ...problems(503) },
        detail: { summary: "People who act on devices, newest first", description: "Never their PINs." },
      },
    )
    .post(
      "/api/persons",
      async ({ body, actor }) => {
        const made = await database.run((sql) => createPerson(sql, body, by(actor)));
        if (!made.ok) {
          throw made.reason === "name_taken"
            ? nameTaken(body.name)
            : conflict("too_many_persons", `${personsMax} people may act: retire those who left`);
        }
        await people.refresh();
        return status(201, made.person);
      },
      {
        role: "admin",
        body: checked("body", newPersonSchema),
        response: { 201: personSchema, ...problems(409, 503) },
        detail: {
          summary: "Make a person",
          description:
            "Their PIN is 4 to 8 digits, kept as Argon2id alone. 409 `person_name_taken` or `too_many_persons`.",
        },
      },
    )
    .patch(
      "/api/persons/:id",
      async ({ params: { id }, body, actor }) => {
        const changed = await database.run((sql) => changePerson(sql, id, body, by(actor)));
        if (!changed.ok) throw changed.reason === "name_taken" ? nameTaken(body.name ?? "") : nobody(id);
        if (body.pin !== undefined) attempts.forget(id);
        await people.refresh();
        return changed.person;
      },
      {
        role: "admin",
        params: checked("params", idSchema),
        body: checked("body", personChangeSchema),
        response: { 200: personSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Give a person another name or a new PIN",
          description:
            "With a new PIN they have to enter it again everywhere, and are no longer locked. 409 `person_name_taken`.",
        },
      },
    )
    .delete(
      "/api/persons/:id",
      async ({ params: { id }, actor }) => {
        const isRetired = await database.run((sql) => retirePerson(sql, id, by(actor)));
        if (!isRetired) throw nobody(id);
        await people.refresh();
        return status(204, undefined);
      },
      {
        role: "admin",
        params: checked("params", idSchema),
        response: { 204: z.undefined().describe("They act no more."), ...problems(404, 503) },
        detail: {
          summary: "Retire a person",
          description: "Their name stays in the audit trail, and is free for somebody else.",
        },
      },
    )
    .put(
      "/api/stations/:name/person",
      async ({ params: { name }, body, actor }) => {
        await database.run((sql) => setPersonAsked(sql, name, body.person_asked, by(actor)));
        await people.refresh();
        return body;
      },
      {
        role: "admin",
        params: checked("params", z.object({ name: stationSchema })),
        body: checked("body", askedSchema),
        response: { 200: askedSchema, ...problems(503) },
        detail: {
          summary: "Set whether a station's devices ask who acts",
          description:
            "Of the devices that stand there; one that stands anywhere asks as the strictest station does. As long as there are no people nobody is asked.",
        },
      },
    );
}

function nobody(id: number) {
  return notFound(`nobody with the id ${id} may act`);
}

function nameTaken(name: string) {
  return conflict("person_name_taken", `there is a person ${JSON.stringify(name)} already`);
}
