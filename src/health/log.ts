import { failed, type InsideCheck, passed, type Subject } from "./check.ts";
import { phrase } from "./phrase.ts";

/** What the log lacks. */
export const logChecks: readonly InsideCheck[] = [
  { name: "log", needs: ["appliance", "admin token"], inside: "log", run: lostLines },
];

/** An older gap is no longer reported; the count stays. */
const recentSeconds = 3600;

/** One finding for each output that lacks some. */
async function lostLines({ facts, clock }: Subject) {
  const lost = await facts.lostLogLines();
  if (lost.length === 0) return passed(phrase("log_whole"));
  return lost.map(({ of: output, times: lines, lastAt }) => {
    const ago = Math.max(0, clock.now() - lastAt) / 1000;
    const what = phrase("log_lacks", { lines, output, ago_seconds: ago });
    return ago > recentSeconds ? passed(what) : failed(what, phrase("do_log"), "know");
  });
}
