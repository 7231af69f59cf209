import { audit } from "../audit/audit.ts";
import type { Database } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { Journal } from "../journal/journal.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { RecordedBatch } from "./record.ts";
import type { RefusedEntry } from "./refusal.ts";

/** What was recorded once more, after Postgres had lost it. */
export interface RecordedAgain {
  /** Counts a batch of it. */
  count(batch: RecordedBatch, entries: readonly RefusedEntry[]): void;
  /** Says it, once, when all that was lost is there again: in the audit trail and in the log. */
  sayWhenDone(): Promise<void>;
}

/** Counts, and when the first and the last of the bags were weighed. */
const nothing = {
  bags: 0,
  withoutJob: 0,
  rejected: 0,
  from: Number.POSITIVE_INFINITY,
  until: Number.NEGATIVE_INFINITY,
};

export function createRecordedAgain(parts: {
  journal: Pick<Journal, "id" | "recordedThrough" | "everRecorded">;
  database: Pick<Database, "run">;
  plant: Pick<Plant, "id">;
  clock: Pick<Clock, "now">;
  logger: Logger;
}): RecordedAgain {
  const { journal, database, plant, clock, logger } = parts;
  let again = nothing;

  return {
    count({ bags, rejectedIds }, entries) {
      const count = (groups: RecordedBatch["bags"]) => groups.reduce((sum, { ids }) => sum + ids.length, 0);
      let { from, until } = again;
      for (const { kind, receivedAt } of entries) {
        if (kind !== "weighed") continue;
        from = Math.min(from, receivedAt);
        until = Math.max(until, receivedAt);
      }
      again = {
        bags: again.bags + count(bags),
        withoutJob: again.withoutJob + count(bags.filter(({ verdict }) => verdict === "no_job")),
        rejected: again.rejected + rejectedIds.length,
        from,
        until,
      };
    },
    async sayWhenDone() {
      const { bags, withoutJob, rejected, from, until } = again;
      if (bags + rejected === 0 || journal.recordedThrough < journal.everRecorded) return;
      const detail = {
        bags,
        without_job: withoutJob,
        rejected,
        weighed_from: bags === 0 ? null : new Date(from).toISOString(),
        weighed_until: bags === 0 ? null : new Date(until).toISOString(),
      };
      const by = { actor: "appliance", at: clock.now(), plant: plant.id };
      await database.run((sql) =>
        sql.begin((tx) =>
          audit(tx, by, {
            action: "database.recorded_again",
            subject: `journal:${journal.id}`,
            detail,
            before: null,
            after: null,
          }),
        ),
      );
      logger.warn(detail, "what Postgres had lost is recorded again");
      again = nothing;
    },
  };
}
