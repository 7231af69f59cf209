import type { RuleName } from "../quality/rules.ts";
import { about, failed, type InsideCheck, passed, type Subject } from "./check.ts";
import type { Phrase } from "./finding-phrases.ts";
import { phrase } from "./phrase.ts";

/** What control charts say of the bags of jobs. */
export const signalChecks: readonly InsideCheck[] = [
  {
    name: "signals",
    needs: ["appliance", "admin token", "part: database"],
    inside: "signals",
    run: signals,
  },
];

const found = {
  we1: "spc_far",
  we2: "spc_two",
  we3: "spc_four",
  we4: "spc_run",
  nelson1: "spc_far",
  nelson2: "spc_run",
  nelson3: "spc_trend",
  nelson4: "spc_turns",
  nelson5: "spc_two",
  nelson6: "spc_four",
  nelson7: "spc_close",
  nelson8: "spc_wild",
} as const satisfies Readonly<Record<RuleName, Phrase["code"]>>;

async function signals({ facts }: Subject) {
  const open = await facts.openSignals();
  if (open.length === 0) return passed(phrase("no_signal"));
  return [...Map.groupBy(open, ({ station }) => station)].flatMap(([station, own]) => {
    const [newest] = own;
    if (newest === undefined) return [];
    const what = [
      phrase("signals_open", { signals: own.length, last_at: newest.last_at }),
      phrase(found[newest.rule]),
    ];
    return [about(phrase("signals_on", { station }), failed(what, phrase("do_signal"), "today"))];
  });
}
