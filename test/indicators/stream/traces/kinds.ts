import type { Chance } from "./chance.ts";
import { anyPlace, coarse, type Place, readingSeconds, settleSeconds } from "./models.ts";
import type { Operator } from "./operator.ts";
import type { ScaleModel } from "./scale-model.ts";

/** One kind of trace: where it is played, and what people do there. */
export interface Kind {
  readonly place: (chance: Chance) => Place;
  readonly play: (at: Scene) => void;
}

/** The operator at one scale, with what the kinds have in common. */
export interface Scene {
  readonly place: Place;
  readonly chance: Chance;
  readonly operator: Operator;
  /** From when to when the indicator repeats what it sent last (s). */
  readonly frozen: [number, number][];
}

const bagOf = ({ place, chance }: Scene) => place.target * (1 + 0.02 * chance.normal());
const someBags = ({ chance }: Scene) => chance.whole(1, 4);

/** Until what was changed can be read, and as much longer as people take. */
function rest(at: Scene, by: number, patience = at.chance.between(0, 3)): void {
  const { place, operator } = at;
  operator.wait(settleSeconds(place, operator.mass, by) + readingSeconds(place, operator.mass) + patience);
}

/** Until the empty platform can be read. */
function pause(at: Scene, patience = at.chance.between(0.2, 4)): void {
  rest(at, at.place.target, patience);
}

function setDown(at: Scene, mass: number): void {
  const { chance, operator } = at;
  operator.put(mass, chance.between(0.05, 0.6), chance.is(0.5) ? chance.between(0, 0.5) : 0);
}

function liftOff(at: Scene, left = 0): void {
  at.operator.lift(at.chance.between(0.1, 0.9), { left });
}

/** A plain bag, on the platform and off. */
function bag(at: Scene, mass = bagOf(at)): void {
  setDown(at, mass);
  rest(at, mass);
  liftOff(at);
}

function bags(at: Scene, each: () => void): void {
  pause(at);
  for (let n = someBags(at); n > 0; n--) {
    each();
    pause(at);
  }
}

const anywhere = (chance: Chance) => anyPlace(chance);
const told = (of: (chance: Chance) => Partial<ScaleModel>) => (chance: Chance) =>
  anyPlace(chance, of(chance));
/** Told in divisions of the place. */
const noisy = (of: (chance: Chance, division: number) => Partial<ScaleModel>) => (chance: Chance) => {
  const place = anyPlace(chance);
  return { ...place, model: { ...place.model, ...of(chance, place.model.division) } };
};

export const kinds = {
  ramps: {
    place: anywhere,
    play: (at) =>
      bags(at, () => {
        const mass = bagOf(at);
        const seconds = at.chance.between(1, 30);
        at.operator.change(mass, seconds, at.chance.is(0.5) ? 0.4 : 0);
        rest(at, mass / 3);
        liftOff(at);
      }),
  },
  bounces: {
    place: told((chance) => ({ damping: chance.between(0.05, 0.2), frequency: chance.between(3, 8) })),
    play: (at) =>
      bags(at, () => {
        const mass = bagOf(at);
        at.operator.put(mass, at.chance.between(0.02, 0.15), at.chance.between(0.3, 3));
        rest(at, 3 * mass);
        liftOff(at);
      }),
  },
  "soft landings": {
    place: anywhere,
    play: (at) =>
      bags(at, () => {
        const mass = bagOf(at);
        at.operator.change(mass, at.chance.between(0.8, 3), 0.3);
        rest(at, mass);
        at.operator.lift(at.chance.between(0.8, 2.5));
      }),
  },
  "top-ups": {
    place: anywhere,
    play: (at) =>
      bags(at, () => {
        const mass = bagOf(at);
        const parts = at.chance.whole(1, 4);
        let missing = mass * at.chance.between(0.01, 0.5);
        setDown(at, mass - missing);
        rest(at, mass);
        for (let part = parts; part > 0; part--) {
          const added = part === 1 ? missing : missing * at.chance.between(0.2, 0.8);
          missing -= added;
          at.operator.change(added, at.chance.between(0.2, 6), 0.4);
          if (part > 1 && at.chance.is(0.5)) at.operator.wait(at.chance.between(0, 1.5));
          else rest(at, added);
        }
        liftOff(at);
      }),
  },
  scoops: {
    place: anywhere,
    play: (at) =>
      bags(at, () => {
        const mass = bagOf(at);
        setDown(at, mass * at.chance.between(1.01, 1.1));
        rest(at, mass);
        while (at.operator.mass > mass) {
          at.operator.push(at.chance.between(0.01, 0.1) * mass, 0.6, 0.4);
          at.operator.wait(0.6);
          at.operator.change(-at.chance.between(0.005, 0.04) * mass, 0.3);
        }
        rest(at, mass);
        liftOff(at);
      }),
  },
  noise: {
    place: noisy((chance, division) => ({
      noise: division * chance.between(0.5, 3),
      averaged: chance.whole(1, 3),
    })),
    play: (at) => bags(at, () => bag(at)),
  },
  "slow sensors": {
    place: told((chance) => ({ lag: chance.between(0.2, 1.2), averaged: chance.whole(1, 6) })),
    play: (at) => bags(at, () => bag(at)),
  },
  quantised: {
    place: (chance) => anyPlace(chance, {}, chance.pick(coarse)),
    play: (at) => bags(at, () => bag(at)),
  },
  "vibrating floors": {
    place: (chance) => {
      const { model, target } = anyPlace(chance, { averaged: chance.whole(1, 3) });
      // What beats slowly with the conversions, or with the lines, looks like a load that moves.
      let vibrationFrequency = 0;
      do vibrationFrequency = chance.between(2, 18);
      while ([model.conversions, model.lines].some((rate) => beat(vibrationFrequency, rate) < 1.2));
      return {
        target,
        model: { ...model, vibration: model.division * chance.between(0.5, 6), vibrationFrequency },
      };
    },
    play: (at) => bags(at, () => bag(at)),
  },
  "no zero": {
    place: told((chance) => ({
      lag: chance.is(0.6) ? 0 : chance.between(0.02, 0.1),
      frequency: chance.between(5, 12),
    })),
    play: (at) => {
      pause(at);
      setDown(at, bagOf(at));
      rest(at, at.place.target);
      for (let n = at.chance.whole(1, 3); n > 0; n--) {
        // One is still half on when the next comes.
        at.operator.lift(at.chance.between(0.2, 0.6), {
          left: at.place.target * at.chance.between(0.25, 0.42),
        });
        at.operator.wait(at.chance.between(0.15, 0.4));
        const next = bagOf(at) - at.operator.mass;
        at.operator.put(next, at.chance.between(0.2, 0.6), at.chance.between(0, 0.3));
        rest(at, at.place.target);
      }
      liftOff(at);
      pause(at);
    },
  },
  "next beside": {
    place: anywhere,
    play: (at) => {
      pause(at);
      let first = bagOf(at);
      setDown(at, first);
      rest(at, first);
      for (let n = at.chance.whole(1, 2); n > 0; n--) {
        const second = bagOf(at);
        at.operator.note(true);
        setDown(at, second);
        rest(at, second);
        at.operator.change(-first, at.chance.between(0.2, 0.9));
        rest(at, first);
        first = second;
      }
      liftOff(at);
      pause(at);
    },
  },
  "quick cycles": {
    place: told((chance) => ({
      lag: 0,
      averaged: chance.whole(1, 2),
      conversions: chance.pick([20, 25, 50]),
      lines: chance.pick([10, 20]),
    })),
    play: (at) => {
      pause(at);
      for (let n = at.chance.whole(2, 6); n > 0; n--) {
        setDown(at, bagOf(at));
        rest(at, at.place.target, at.chance.between(0, 0.5));
        liftOff(at);
        at.operator.wait(at.chance.between(0.5, 1));
      }
      pause(at);
    },
  },
  "equal bags": {
    place: anywhere,
    play: (at) => {
      const mass = bagOf(at);
      bags(at, () => bag(at, mass));
    },
  },
  residue: {
    place: anywhere,
    play: (at) => {
      pause(at);
      for (let n = at.chance.whole(2, 5); n > 0; n--) {
        const mass = bagOf(at);
        setDown(at, mass);
        rest(at, mass);
        liftOff(at, at.chance.between(0.01, 0.1) * mass);
        pause(at);
        if (at.chance.is(0.3)) {
          at.operator.change(-at.operator.mass * at.chance.between(0.5, 1), at.chance.between(0.3, 3));
          pause(at);
        }
      }
    },
  },
  "drifting zero": {
    place: noisy((chance, division) => {
      const [speed, reach, phase] = [
        chance.between(0.02, 0.8),
        chance.between(5, 60),
        chance.between(0, 6.28),
      ];
      const start = Math.sin(phase);
      return { zero: (second) => division * reach * (Math.sin(phase + (speed / reach) * second) - start) };
    }),
    play: (at) => {
      at.operator.wait(at.chance.between(5, 90));
      bags(at, () => bag(at));
      at.operator.wait(at.chance.between(5, 90));
    },
  },
  bumps: {
    place: anywhere,
    play: (at) => {
      const bump = () => {
        at.operator.push(at.place.target * at.chance.between(-0.3, 0.6), at.chance.between(0.03, 0.3), 0.5);
        pause(at);
      };
      bags(at, () => {
        if (at.chance.is(0.7)) bump();
        const mass = bagOf(at);
        setDown(at, mass);
        rest(at, mass);
        if (at.chance.is(0.4)) {
          at.operator.push(mass * at.chance.between(-0.1, 0.4), at.chance.between(0.05, 0.3), 0.5);
          rest(at, mass);
        }
        liftOff(at);
      });
      bump();
    },
  },
  "taken off early": {
    place: told((chance) => ({
      lag: 0,
      averaged: 1,
      frequency: chance.between(2, 6),
      damping: chance.between(0.05, 0.3),
      lines: chance.pick([10, 20]),
      conversions: chance.pick([20, 50]),
    })),
    play: (at) =>
      bags(at, () => {
        if (at.chance.is(0.5)) return bag(at);
        at.operator.put(bagOf(at), at.chance.between(0.05, 0.25), at.chance.between(0.2, 0.8));
        at.operator.wait(at.chance.between(0.03, 0.3));
        at.operator.lift(at.chance.between(0.1, 0.5), { isBag: false });
      }),
  },
  leaning: {
    place: anywhere,
    play: (at) =>
      bags(at, () => {
        const mass = bagOf(at);
        setDown(at, mass);
        rest(at, mass);
        for (let n = at.chance.whole(1, 2); n > 0; n--) {
          const seconds = at.chance.between(0.4, 3);
          at.operator.push(mass * at.chance.between(-0.15, 0.25), seconds, at.chance.between(0.2, 0.6));
          at.operator.wait(seconds);
          if (n > 1) rest(at, mass);
        }
        if (at.chance.is(0.5)) rest(at, mass);
        liftOff(at);
      }),
  },
  "a person on it": {
    place: (chance) => anyPlace(chance, {}, ["lb", 0.05, 2, 60]),
    play: (at) => {
      const person = () => {
        const seconds = at.chance.between(0.5, 4);
        at.operator.push(at.chance.between(120, 250), seconds, at.chance.between(0.02, 0.05));
        at.operator.wait(seconds);
        pause(at);
      };
      bags(at, () => {
        if (at.chance.is(0.3)) person();
        const mass = bagOf(at);
        setDown(at, mass);
        rest(at, mass);
        if (at.chance.is(0.3)) person();
        liftOff(at);
      });
    },
  },
  gaps: {
    place: told((chance) => ({ gaps: chance.between(0.05, 0.3), jitter: 0.5 })),
    play: (at) => bags(at, () => bag(at)),
  },
  "faulty lines": {
    place: told((chance) => ({ faults: chance.between(0.002, 0.02), lines: chance.pick([10, 15, 20]) })),
    play: (at) => bags(at, () => bag(at)),
  },
  "repeated last value": {
    place: anywhere,
    play: (at) =>
      bags(at, () => {
        const mass = bagOf(at);
        setDown(at, mass);
        rest(at, mass);
        const seconds = at.chance.between(5, 300);
        at.frozen.push([at.operator.now - 0.3, at.operator.now + seconds]);
        const held = seconds * at.chance.between(0.5, 1.2);
        at.operator.wait(held);
        liftOff(at);
        // Who loads a scale that does not move is not seen.
        at.operator.wait(Math.max(0, seconds - held));
      }),
  },
  "lost connection": {
    place: anywhere,
    play: (at) => {
      bags(at, () => bag(at));
      const mass = bagOf(at);
      setDown(at, mass);
      if (at.chance.is(0.5)) rest(at, mass);
      else at.operator.wait(at.chance.between(0.1, 1));
      at.operator.note(false);
    },
  },
  overload: {
    place: (chance) => {
      const { model, target } = anyPlace(chance);
      return { target, model: { ...model, capacity: target * 1.3 } };
    },
    play: (at) =>
      bags(at, () => {
        const mass = bagOf(at);
        setDown(at, mass);
        rest(at, mass);
        if (at.chance.is(0.5)) {
          const seconds = at.chance.between(0.3, 3);
          at.operator.push(mass, seconds, 0.2);
          at.operator.wait(seconds);
          rest(at, mass);
        }
        liftOff(at);
      }),
  },
  "below zero": {
    place: noisy((chance, division) => {
      const zero = -division * chance.between(0.3, 40);
      return { zero: () => zero };
    }),
    play: (at) => bags(at, () => bag(at)),
  },
  everything: {
    place: (chance) => {
      const { model, target } = anyPlace(chance, {}, chance.is(0.2) ? chance.pick(coarse) : undefined);
      return {
        target,
        model: {
          ...model,
          damping: chance.between(0.08, 1.1),
          lag: chance.between(0, 0.4),
          noise: model.division * chance.between(0, 1.2),
          gaps: chance.is(0.3) ? 0.1 : 0,
          faults: 0,
        },
      };
    },
    play: (at) => {
      bags(at, () => {
        const mass = bagOf(at);
        const missing = at.chance.is(0.4) ? mass * at.chance.between(0.01, 0.3) : 0;
        at.operator.put(mass - missing, at.chance.between(0.05, 3), at.chance.between(0, 0.5));
        rest(at, 2 * mass);
        if (missing > 0) {
          at.operator.change(missing, at.chance.between(0.3, 5), 0.4);
          rest(at, missing);
        }
        if (at.chance.is(0.3)) {
          at.operator.push(mass * 0.1, 1, 0.5);
          at.operator.wait(1);
        }
        liftOff(at, at.chance.is(0.3) ? at.chance.between(0, 0.06) * mass : 0);
      });
    },
  },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

/** How far a frequency is from one that the rate of sampling turns into a standing weight. */
function beat(frequency: number, rate: number): number {
  const rest = frequency % rate;
  return Math.min(rest, rate - rest);
}
