import { z } from "zod";

/** Memory in KiB and passes: what OWASP recommends at least; some 20 ms. A short PIN is protected by limited attempts. */
const costs = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** A person's PIN: 4 to 8 digits, and none of those that everybody tries first. */
export const pinSchema = z
  .string()
  .regex(/^\d{4,8}$/, "must be 4 to 8 digits")
  .refine(
    (pin) => !isRun(pin),
    "must not be one digit repeated, or digits in sequence: those are guessed first",
  )
  .meta({ format: "password" });

/** `0000`, `1234`, `9876`. */
function isRun(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index])));
  const [step = 0] = steps;
  return steps.size === 1 && Math.abs(step) <= 1;
}

export function hashPin(pin: string): Promise<string> {
  return Bun.password.hash(pin, costs);
}

let turn: Promise<unknown> = Promise.resolve();

/** One at a time: however many devices ask at once, weighing has the other cores, and 19 MiB are what it takes. */
export function isPin(pin: string, hash: string): Promise<boolean> {
  const mine = turn.then(() => Bun.password.verify(pin, hash));
  turn = mine.catch(() => undefined);
  return mine;
}
