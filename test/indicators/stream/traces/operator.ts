import type { Chance } from "./chance.ts";
import type { Pressing } from "./scale-model.ts";

/** What is known of a load because it was made so. */
export interface Fact {
  /** Whether it must be found as a bag; what is taken off before it settles, or stays on, must not. */
  readonly isBag: boolean;
  /** From when on its last weight was on the platform, and when that ended (s). */
  readonly restedFrom: number;
  readonly restedTo: number;
  /** All that was on the platform then. */
  readonly mass: number;
}

/** People and machines at a scale: they put, pour, lean, lift. Makes the force on the platform, and knows the truth. */
export class Operator {
  readonly #chance: Chance;
  readonly #knots: [second: number, mass: number][] = [[0, 0]];
  readonly #forces: {
    readonly from: number;
    readonly to: number;
    readonly force: (second: number) => number;
  }[] = [];
  readonly facts: Fact[] = [];
  #now = 0;
  #mass = 0;
  #restedFrom = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  get now(): number {
    return this.#now;
  }

  get mass(): number {
    return this.#mass;
  }

  wait(seconds: number): void {
    this.#to(this.#mass, seconds);
  }

  /** Changes what is on the platform, evenly or with an uneven hand. */
  change(by: number, seconds: number, unevenness = 0): void {
    const parts = unevenness === 0 ? 1 : this.#chance.whole(3, 12);
    const end = this.#mass + by;
    for (let part = 1; part <= parts; part++) {
      const share = part / parts + (part < parts ? this.#chance.between(-unevenness, unevenness) / parts : 0);
      this.#to(end - by + by * share, seconds / parts);
    }
    this.#mass = end;
    this.#restedFrom = this.#now;
  }

  /** Sets something down, with the blow of its fall. */
  put(mass: number, seconds: number, blow = 0): void {
    this.change(mass, seconds);
    if (blow > 0) this.push(blow * mass, 0.03, 0);
  }

  /** A force that does not stay, from now on, over `seconds`; as steady as a hand is. Time does not pass. */
  push(force: number, seconds: number, unsteadiness: number): void {
    const from = this.#now;
    const tones = Array.from({ length: 4 }, () => ({
      frequency: this.#chance.between(0.4, 5),
      phase: this.#chance.between(0, 6.28),
    }));
    const rise = Math.min(0.15, seconds / 3);
    this.#forces.push({
      from,
      to: from + seconds,
      force: (second) => {
        const age = second - from;
        const shape = Math.min(1, age / rise, (seconds - age) / rise);
        const sway =
          tones.reduce((sum, tone) => sum + Math.sin(6.28 * tone.frequency * age + tone.phase), 0) / 2;
        return force * Math.max(0, shape) * (1 + unsteadiness * sway);
      },
    });
  }

  /** Takes off all but `left`, and notes what was on as a bag or as none. */
  lift(seconds: number, { left = 0, isBag = true }: { left?: number; isBag?: boolean } = {}): void {
    this.note(isBag);
    this.change(left - this.#mass, seconds);
  }

  note(isBag: boolean): void {
    this.facts.push({ isBag, restedFrom: this.#restedFrom, restedTo: this.#now, mass: this.#mass });
  }

  pressing(): Pressing {
    const knots = this.#knots;
    const forces = this.#forces;
    let at = 0;
    return {
      seconds: this.#now,
      // Asked in the order of time.
      mass(second) {
        if (second < (knots[at]?.[0] ?? 0)) at = 0;
        while (at + 1 < knots.length - 1 && (knots[at + 1]?.[0] ?? 0) <= second) at++;
        const [from, low] = knots[at] ?? [0, 0];
        const [to, high] = knots[at + 1] ?? [from, low];
        return to <= from ? high : low + (high - low) * Math.min(1, (second - from) / (to - from));
      },
      force: (second) =>
        forces.reduce(
          (sum, one) => (second >= one.from && second < one.to ? sum + one.force(second) : sum),
          0,
        ),
    };
  }

  #to(mass: number, seconds: number): void {
    this.#now += seconds;
    this.#mass = mass;
    this.#knots.push([this.#now, mass]);
  }
}
