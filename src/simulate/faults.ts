/** What can go wrong on the way from a scale, with how often it does by default: the chance a bag. */
export const defaultFaults = {
  /** A frame leaves in two writes with a pause between them. */
  cut: 0.1,
  /** The bag leaves in one write with the next one (at rate 0 they always do). */
  glue: 0.3,
  /** A line that is no frame comes before the bag. */
  garbage: 0.02,
  /** The connection is closed in an orderly way after the bag, and made again. */
  disconnect: 0.01,
  /** A print that is no bag (motion, overload, zero) comes before it. */
  reject: 0.03,
} as const;
export type Fault = keyof typeof defaultFaults;
/** The chance of each fault a bag, 0 … 1. What is not named does not happen. */
export type FaultChances = { readonly [fault in Fault]?: number };

const isFault = (name: string): name is Fault => Object.hasOwn(defaultFaults, name);

/**
 * Reads `all`, `none`, or a list such as `cut,garbage=0.5`, where the number replaces the usual chance.
 * Throws an Error that says what is wrong.
 */
export function parseFaults(text: string): FaultChances {
  if (text === "none") return {};
  if (text === "all") return defaultFaults;
  const chances: { [fault in Fault]?: number } = {};
  for (const part of text.split(",")) {
    const [name = "", given, ...more] = part.trim().split("=");
    if (!isFault(name)) {
      throw new Error(`There is no fault "${name}": all, none, ${Object.keys(defaultFaults).join(", ")}.`);
    }
    const chance = given === undefined ? defaultFaults[name] : Number(given);
    if (more.length > 0 || given === "" || !(chance >= 0 && chance <= 1)) {
      throw new Error(`The chance of ${name} is a number from 0 to 1, as in ${name}=0.5.`);
    }
    chances[name] = chance;
  }
  return chances;
}
