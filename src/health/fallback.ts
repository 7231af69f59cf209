import { failed, type InsideCheck, passed, type Subject } from "./check.ts";
import { bagsMost } from "./facts.ts";
import type { FellBack, RecordedAgain } from "./fallback-events.ts";
import type { Phrase } from "./finding-phrases.ts";
import { phrase } from "./phrase.ts";

/** A database that fell back to an earlier state, by the audit trail. */
export const fallbackChecks: readonly InsideCheck[] = [
  {
    name: "database fallback",
    needs: ["appliance", "admin token", "part: database"],
    inside: "fallback",
    run: fallbacks,
  },
];

/** One finding for each of the last day, the newest first. */
async function fallbacks(subject: Subject) {
  const { fellBack, recordedAgain } = await subject.facts.fallbacks();
  if (fellBack.length === 0) return passed(phrase("none_fell_back"));
  return Promise.all(
    fellBack.map(async (each, nth) => {
      const next = fellBack.slice(0, nth).findLast(({ subject: other }) => other === each.subject);
      const recorded = recordedAgain.filter(
        ({ id, subject: other }) => other === each.subject && id > each.id && id < (next?.id ?? Infinity),
      );
      return failed(await phrasesOf(subject, each, recorded), phrase("do_fell_back"));
    }),
  );
}

async function phrasesOf(
  subject: Subject,
  { detail: { from, until, again, missing } }: FellBack,
  recorded: readonly RecordedAgain[],
): Promise<Phrase[]> {
  const what = [
    from === null
      ? phrase("fell_back_to_nothing", { until_at: until })
      : phrase("fell_back", { from_at: from, until_at: until }),
  ];
  if (recorded.length > 0) {
    what.push(phrase("recorded_again", { bags: recorded.reduce((sum, { detail }) => sum + detail.bags, 0) }));
  } else if (again > 0) {
    what.push(phrase("recording_again", { frames: again }));
  }
  if (missing > 0) what.push(phrase("fell_back_missing", { missing }));
  const counts = await Promise.all(recorded.map((each) => joblessNow(subject, each)));
  const bags = counts.reduce((sum, count) => sum + count, 0);
  if (bags > 0) what.push(phrase(bags < bagsMost ? "jobless_again" : "jobless_again_least", { bags }));
  return what;
}

/** Bags of that time that have not been assigned since, counted up to a bound. */
async function joblessNow({ facts }: Subject, { detail }: RecordedAgain): Promise<number> {
  const { without_job: withoutJob, weighed_from: from, weighed_until: until } = detail;
  if (withoutJob === 0 || from === null || until === null) return 0;
  return (await facts.joblessBags(new Date(from), new Date(Date.parse(until) + 1))).length;
}
