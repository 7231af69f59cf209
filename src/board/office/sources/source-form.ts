import { type Signal, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { SourceView } from "../../../records/sources/source-list.ts";

export type SourceDefinition = Omit<SourceView, "fixed" | "state">;

/** What a new source begins with; every field of the dialog as text, as it is typed. */
const empty = {
  name: "",
  enabled: "yes",
  kind: "scales-port",
  port: "",
  from: "",
  registration: "",
  host: "",
  asked: "no",
  every_ms: "500",
  answer_ms: "1000",
  command: "",
  heartbeat: "",
  dialect: "awtx",
  format: "",
  mode: "print",
  scale: "",
  station: "",
  unit: "",
  decimal_mark: "",
  decimals: "",
  weight: "",
  digits: "",
  division: "",
  min_weight: "",
  band: "2",
  settle_ms: "600",
  rearm_percent: "20",
  commit: "taken-off",
} satisfies Record<string, string>;

type Field = keyof typeof empty;
export type SourceFields = Readonly<Record<Field, string>>;

/** The fields of a source that exists, or of a new one, with what is known besides. */
export function fieldsOf(source: SourceDefinition | null, known: Partial<SourceFields> = {}): SourceFields {
  if (source === null) return { ...empty, ...known };
  const { connection, stream } = source;
  const text = (value: string | number | null) => String(value ?? "");
  const poll = connection.kind === "connect" ? connection.poll : null;
  return {
    ...empty,
    name: source.name ?? "",
    enabled: source.enabled ? "yes" : "no",
    kind: kindOf(connection),
    port: text(connection.port),
    ...(connection.kind === "listen"
      ? { from: connection.from.join(", "), registration: text(connection.registration) }
      : { host: connection.host }),
    ...(poll !== null && {
      asked: "yes",
      every_ms: text(poll.every_ms),
      answer_ms: text(poll.answer_ms),
      command: text(poll.command),
    }),
    heartbeat: text(source.heartbeat),
    dialect: source.dialect,
    format: text(source.format),
    mode: source.mode,
    scale: text(source.scale),
    station: text(source.station),
    unit: text(source.unit),
    decimal_mark: text(source.decimal_mark),
    decimals: text(source.decimals),
    weight: text(source.weight),
    digits: text(source.digits),
    division: text(stream.division),
    min_weight: text(stream.min_weight),
    band: text(stream.band),
    settle_ms: text(stream.settle_ms),
    rearm_percent: text(stream.rearm_percent),
    commit: stream.commit,
    ...known,
  };
}

function kindOf(connection: SourceDefinition["connection"]): "scales-port" | "port" | "connect" {
  if (connection.kind === "connect") return "connect";
  return connection.port === null ? "scales-port" : "port";
}

/**
 * What is sent. A number that is none goes as it was typed, so that the appliance names its field.
 *
 * @param asks which settings of prints the dialect asks for: what it does not ask for is left out.
 */
export function bodyOf(fields: SourceFields, asks: readonly string[]) {
  const { name, enabled, dialect, mode } = fields;
  const setting = (field: "unit" | "decimal_mark" | "weight" | "digits") =>
    asks.includes(field) ? textOf(fields[field]) : null;
  return {
    name,
    enabled: enabled === "yes",
    connection: connectionOf(fields),
    dialect,
    // As it is: blanks at its end are part of a print.
    format: dialect === "format" && fields.format !== "" ? fields.format : null,
    mode,
    scale: dialect === "line" ? null : numberOf(fields.scale),
    station: textOf(fields.station),
    heartbeat: textOf(fields.heartbeat),
    unit: setting("unit"),
    decimal_mark: setting("decimal_mark"),
    decimals: asks.includes("decimals") ? numberOf(fields.decimals) : null,
    weight: setting("weight"),
    digits: setting("digits"),
    stream: {
      division: textOf(fields.division),
      min_weight: textOf(fields.min_weight),
      band: numberOf(fields.band),
      settle_ms: numberOf(fields.settle_ms),
      rearm_percent: numberOf(fields.rearm_percent),
      commit: fields.commit,
    },
  };
}

function connectionOf(fields: SourceFields) {
  if (fields.kind === "connect") {
    const poll = {
      command: textOf(fields.command),
      every_ms: numberOf(fields.every_ms),
      answer_ms: numberOf(fields.answer_ms),
    };
    return {
      kind: "connect" as const,
      host: fields.host,
      port: numberOf(fields.port),
      poll: fields.asked === "yes" ? poll : null,
    };
  }
  return {
    kind: "listen" as const,
    // Of its own port an empty one is a fault, not the scales' port.
    port: fields.kind === "port" ? (numberOf(fields.port) ?? "") : null,
    from: fields.from.split(/[\s,;]+/).filter((range) => range !== ""),
    registration: textOf(fields.registration),
  };
}

function textOf(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}

function numberOf(text: string): number | string | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  return /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : trimmed;
}

/** The fields of an open dialog. */
export interface SourceForm {
  of(field: Field): Signal<string>;
  all(): SourceFields;
}

export function useSourceForm(initial: SourceFields): SourceForm {
  return useMemo(() => {
    const signals = new Map(Object.entries(initial).map(([field, text]) => [field, signal(text)]));
    return {
      of(field) {
        const found = signals.get(field);
        if (found === undefined) throw new Error(`there is no field ${field}`);
        return found;
      },
      all: () => ({
        ...empty,
        ...Object.fromEntries([...signals].map(([field, { value }]) => [field, value])),
      }),
    };
    // What is typed stays when the list behind the dialog is asked again.
  }, []);
}
