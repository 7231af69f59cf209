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

/** A hint that always applies. Without an example URL: the log would take it for a real one and mask a part. */
export const ownDatabaseHint =
  "Or give the appliance a PostgreSQL of your own: set DATABASE_URL (docs/configuration.md)";
