import type { Source } from "../../config/sources/source.ts";
import { createEmitter, type Emitter, type FailureLog } from "../../runtime/emitter.ts";
import { type Choice, createChooser } from "./choice.ts";

/** A source with who says so. */
export interface KnownSource {
  readonly source: Source;
  /** It is in the file that PREPUFF_SOURCES names: nobody can change it but there. */
  readonly isFixed: boolean;
}

/** Every source but the default one, which needs no word of anybody. */
export interface Sources {
  all(): readonly KnownSource[];
  /** The source of a connection; `port` null: of the scales' port. */
  choose(port: number | null, address: string): Choice;
  /** Takes over what people have set; those in the configuration stay. The copy in the data folder is written first. */
  set(sources: readonly Source[]): void;
  /** Called after each change. */
  readonly onChange: Emitter<[]>["on"];
}

/**
 * @param fixed those of the configuration. What people named the same, or for the same scale, is left out.
 * @param copy what people set, in the data folder: sources must work while PostgreSQL is away.
 */
export function createSources(
  fixed: readonly Source[],
  copy: { read(): readonly Source[]; write(sources: readonly Source[]): void },
  log: FailureLog,
): Sources {
  const changed = createEmitter<[]>("sources changed", log);
  let byPeople = copy.read();
  let known: readonly KnownSource[] = [];
  let choose = createChooser([]);

  function take(): void {
    const isTaken = ({ name, scale }: Source) =>
      fixed.some((other) => other.name === name || (scale !== null && other.scale === scale));
    known = [
      ...fixed.map((source) => ({ source, isFixed: true })),
      ...byPeople.filter((source) => !isTaken(source)).map((source) => ({ source, isFixed: false })),
    ];
    choose = createChooser(known.map(({ source }) => source));
  }
  take();

  return {
    all: () => known,
    choose: (port, address) => choose(port, address),
    set(sources) {
      if (Bun.deepEquals(sources, byPeople)) return;
      copy.write(sources);
      byPeople = sources;
      take();
      changed.emit();
    },
    onChange: changed.on,
  };
}
