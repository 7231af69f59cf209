import { failed, type OutsideCheck, type OutsideSubject, passed, skipped } from "./check.ts";

/** After the checks that see other clocks: the database and the upstream. */
export const clockChecks: readonly OutsideCheck[] = [{ name: "clock", run: clock }];

/** A Date header has whole seconds, and an answer takes some time. */
const offsetMaxMs = 15_000;

async function clock({ clocks }: OutsideSubject) {
  const offsets = [...clocks].map(([whose, ms]) => ({ whose, ms }));
  if (offsets.length === 0) return skipped("no other clock could be read");
  const words = offsets.map(
    ({ whose, ms }) => `${whose} ${ms < 0 ? "-" : "+"}${(Math.abs(ms) / 1000).toFixed(1)} s`,
  );
  if (offsets.every(({ ms }) => Math.abs(ms) <= offsetMaxMs)) {
    return passed(`agrees with the others (${words.join(", ")})`);
  }
  return failed(
    `differs from others (${words.join(", ")})`,
    "Set up time synchronisation (timedatectl set-ntp true, or the plant's NTP server) on the machine that is wrong. Bags bear the time of this machine, and a job's bags are those weighed while it ran",
  );
}
