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

/** What always helps. Without an example: a log takes it for a real URL and hides a part. */
export const ownDatabaseHint =
  "Or give the appliance a PostgreSQL of your own: set DATABASE_URL (docs/configuration.md)";
