import type { Verdict } from "./verdict.ts";

const drawings: Readonly<Record<Verdict, string>> = {
  // A tick, an arrow down, an arrow up, arrows both ways, an empty ring, a stroke through, a clock, three dots, a
  // returning arrow, a cross: told apart without color.
  in: "M14 33l12 12 24-26",
  under: "M32 12v38M14 33l18 18 18-18",
  over: "M32 52V14M14 31l18-18 18 18",
  out: "M32 8v48M18 21l14-14 14 14M18 43l14 14 14-14",
  noJob: "M32 14a18 18 0 1 0 0.010 0z",
  void: "M14 50l36-36",
  kept: "M32 12a20 20 0 1 0 0.010 0zM32 20v13l9 6",
  asked: "M12 32h0.010M32 32h0.010M52 32h0.010",
  refused: "M52 20H22a12 12 0 0 0 0 26h20M30 8l-12 12 12 12",
  notTaken: "M16 16l32 32M48 16l-32 32",
};

/** The sign of a verdict; what it says stands beside it in words. */
export function Shape(props: { readonly verdict: Verdict }) {
  return (
    <svg class="shape" viewBox="0 0 64 64" aria-hidden="true">
      <path d={drawings[props.verdict]} />
    </svg>
  );
}
