import type { Source } from "../../config/sources/source.ts";
import { sourceFaults } from "../../config/sources/source-rules.ts";
import type { Logger } from "../../logging/logger.ts";
import { createEmitter, type Emitter } from "../../runtime/emitter.ts";
import { type Choice, createChooser } from "./choice.ts";

/** A source with who says so. */
export interface KnownSource {
  readonly source: Source;
  /** It is in the file that PREPUFF_SOURCES names: nobody can change it but there. */
  readonly isFixed: boolean;
}

/** A source of people that cannot hold beside the others. */
export interface LeftOut {
  readonly source: Source;
  /** As `scale belongs to source Silo 2: each has scales of its own`. */
  readonly why: string;
}

/** Every source but the default one, which needs no word of anybody. */
export interface Sources {
  all(): readonly KnownSource[];
  /** Those of people that do not hold, because others do: mostly of the configuration. */
  leftOut(): readonly LeftOut[];
  /** The source of a connection; `port` null: of the scales' port. */
  choose(port: number | null, address: string): Choice;
  /** Takes over what people have set; those in the configuration stay. */
  set(sources: readonly Source[]): void;
  /** Called after each change. */
  readonly onChange: Emitter<[]>["on"];
}

/**
 * @param fixed those of the configuration. What people named the same, or for the same scale or connections, is left out,
 * and that is said.
 */
export function createSources(fixed: readonly Source[], given: readonly Source[], logger: Logger): Sources {
  const changed = createEmitter<[]>("sources changed", logger);
  let byPeople = given;
  let known: readonly KnownSource[] = [];
  let leftOut: readonly LeftOut[] = [];
  let choose = createChooser([]);

  function take(): void {
    const reasons = new Map(
      sourceFaults([...fixed, ...byPeople]).map(({ index, field, message }) => [
        index - fixed.length,
        `${field} ${message}`,
      ]),
    );
    leftOut = byPeople.flatMap((source, index) => {
      const why = reasons.get(index);
      return why === undefined ? [] : [{ source, why }];
    });
    for (const { source, why } of leftOut) {
      logger.warn({ source: source.name, why }, "a source does not hold: change it, or the other one");
    }
    known = [
      ...fixed.map((source) => ({ source, isFixed: true })),
      ...byPeople.filter((_, index) => !reasons.has(index)).map((source) => ({ source, isFixed: false })),
    ];
    choose = createChooser(known.map(({ source }) => source));
  }
  take();

  return {
    all: () => known,
    leftOut: () => leftOut,
    choose: (port, address) => choose(port, address),
    set(sources) {
      if (Bun.deepEquals(sources, byPeople)) return;
      byPeople = sources;
      take();
      changed.emit();
    },
    onChange: changed.on,
  };
}
