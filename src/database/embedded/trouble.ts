/** Why the embedded PostgreSQL does not run, and what a person can do about it. */
export class EmbeddedTrouble extends Error {
  override name = "EmbeddedTrouble";

  constructor(
    readonly what: string,
    readonly hint: string,
  ) {
    super(`${what}. What to do: ${hint}`);
  }
}

/** What always helps. */
export const ownDatabaseHint =
  "Or give the appliance a PostgreSQL of your own: DATABASE_URL=postgres://user:password@host:5432/database";
