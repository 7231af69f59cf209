import { samplesOf } from "./appliance-api.ts";
import type { Check, Line, Subject } from "./check.ts";
import { amiss, phrase, well } from "./phrase.ts";

/** What the log lacks. */
export const logChecks: readonly Check[] = [
  { name: "log", needs: ["appliance", "admin token"], inside: "log", run: lostLines },
];

/** A gap that is older needs nobody any more; the count stays. */
const recentSeconds = 3600;

/** A line for each output that lacks some, which is the metric's label. */
async function lostLines({ api, clock }: Subject): Promise<Line[]> {
  const { body } = await api.ask("/metrics");
  const check = phrase("log");
  const lost = samplesOf(body, "prepuff_log_lines_lost_total").filter(({ value }) => value > 0);
  if (lost.length === 0) return [well(check, phrase("log_whole"))];
  const lastLoss = samplesOf(body, "prepuff_log_last_loss_timestamp_seconds");
  return lost.map(({ labels, value: lines }) => {
    const output = /"(.*)"/.exec(labels)?.[1] ?? labels;
    const at = lastLoss.find((sample) => sample.labels === labels)?.value ?? 0;
    const ago = Math.max(0, clock.now() / 1000 - at);
    const what = phrase("log_lacks", { lines, output, ago_seconds: ago });
    return ago > recentSeconds ? well(check, what) : amiss(check, [what], phrase("do_log"));
  });
}
