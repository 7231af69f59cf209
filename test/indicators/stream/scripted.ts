import { StreamDetector } from "../../../src/indicators/stream/detector.ts";
import type { StreamOutcome } from "../../../src/indicators/stream/outcome.ts";
import type { StreamSample } from "../../../src/indicators/stream/sample.ts";
import { defaultStreamSettings, type StreamSettings } from "../../../src/indicators/stream/settings.ts";

type Said = Partial<StreamSample>;

/** Plays samples by hand to a detector, 50 ms apart if not told, and keeps what it finds. */
export class Scripted {
  readonly detector: StreamDetector;
  readonly found: StreamOutcome[] = [];
  readonly #stepMs: number;
  nowMs = 0;

  constructor(settings: Partial<StreamSettings> = {}, stepMs = 50) {
    this.detector = new StreamDetector({
      ...defaultStreamSettings,
      division: "0.02",
      unit: "lb",
      ...settings,
    });
    this.#stepMs = stepMs;
  }

  /** The same weight, so many times. */
  show(weight: string, times: number, said: Said = {}): this {
    for (let n = 0; n < times; n++) {
      this.#push({ kind: "weight", weight, unit: null, mode: null, stable: null, ...said });
    }
    return this;
  }

  each(weights: readonly string[], said: Said = {}): this {
    for (const weight of weights) this.show(weight, 1, said);
    return this;
  }

  miss(kind: "motion" | "overload" | "underload" | "error", times: number): this {
    for (let n = 0; n < times; n++) this.#push({ kind, weight: null, unit: null, mode: null, stable: null });
    return this;
  }

  silence(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  tick(): this {
    this.found.push(...this.detector.tick(this.nowMs));
    return this;
  }

  end(): this {
    this.found.push(...this.detector.end(this.nowMs));
    return this;
  }

  /** `50.20` for a bag, `not_settled` or `connection_lost 50.20` for what was rejected. */
  get said(): string[] {
    return this.found.map((one) =>
      one.kind === "bag" ? one.weight : one.reason + (one.weight === null ? "" : ` ${one.weight}`),
    );
  }

  #push(sample: StreamSample): void {
    this.found.push(...this.detector.push(sample, this.nowMs));
    this.nowMs += this.#stepMs;
  }
}
