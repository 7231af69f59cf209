import { z } from "zod";
import type { Config } from "../../config/config.ts";
import { type Source, sourceSchema } from "../../config/sources/source.ts";
import type { Listener } from "../../scale/port/listener.ts";
import type { ConnectionView } from "../../scale/presence.ts";
import type { Sources } from "../../scale/sources/sources.ts";
import type { SourceTally } from "../../scale/sources/tally.ts";
import { toTime } from "../scales/scale-list.ts";
import type { SourceCallers } from "./source-callers.ts";

/** A source as the API shows it. */
export const sourceViewSchema = z.object({
  ...sourceSchema.shape,
  stream: z.object({
    ...sourceSchema.shape.stream.unwrap().shape,
    division: z.string().nullable(),
    min_weight: z.string().nullable(),
  }),
  name: z.string().nullable().describe("null: the default source, to which all other connections belong."),
  fixed: z
    .boolean()
    .describe(
      "It stands in the file that PREPUFF_SOURCES names, or is the default one: it cannot be changed here.",
    ),
  state: z.object({
    is: z
      .enum(["connected", "waiting", "not_open", "left_out", "off"])
      .describe(
        "connected: there are connections. waiting: none now, or its indicator does not answer. not_open: its port cannot be opened. left_out: it cannot hold beside another one. off: not enabled.",
      ),
    trouble: z.string().nullable().describe("Why it is not_open or left_out, or not connected."),
    also_called_by: z
      .string()
      .nullable()
      .describe("The machine of another appliance of the plant that connects to the same indicator."),
    connections: z.int().describe("Now."),
    scales: z.array(z.int()).describe("Those that printed since the appliance started, after aliases."),
    last_print_at: z.iso.datetime().nullable().describe("Since the appliance started."),
    bags: z.int().describe("Since the appliance started."),
    rejected: z.int().describe("Prints that were no bag, since the appliance started."),
    samples: z.int().describe("Prints in mode `stream`, since the appliance started."),
  }),
});
export type SourceView = z.output<typeof sourceViewSchema>;

/** What is asked to show how sources do. */
export interface SourceParts {
  readonly config: { readonly frame: Pick<Config["frame"], "decimalMark"> };
  readonly presence: { connections(): readonly Pick<ConnectionView, "source">[] };
  readonly sources: Pick<Sources, "all" | "leftOut">;
  readonly sourceCallers: Pick<SourceCallers, "otherOf">;
  readonly sourceTally: Pick<SourceTally, "of">;
  readonly listener: Pick<Listener, "troubleOf">;
}

/** Every source: the default one first, then those of the configuration, then those of people. */
export function listSources(parts: SourceParts): SourceView[] {
  const { config, sources } = parts;
  const open = parts.presence.connections();
  const view = (source: Source, name: string | null, fixed: boolean, why: string | null = null) => {
    const connections = open.filter((connection) => connection.source === name).length;
    const { lastPrintAt, ...counts } = parts.sourceTally.of(name);
    return {
      ...source,
      name,
      fixed,
      state: {
        ...stateOf(source, connections, why),
        also_called_by: parts.sourceCallers.otherOf(source),
        connections,
        ...counts,
        last_print_at: toTime(lastPrintAt),
      },
    };
  };

  function stateOf(
    source: Source,
    connections: number,
    why: string | null,
  ): Pick<SourceView["state"], "is" | "trouble"> {
    if (why !== null) return { is: "left_out", trouble: why };
    if (!source.enabled) return { is: "off", trouble: null };
    const trouble = parts.listener.troubleOf(source);
    if (trouble !== null && source.connection.kind === "listen") return { is: "not_open", trouble };
    return connections > 0 ? { is: "connected", trouble: null } : { is: "waiting", trouble };
  }

  return [
    view(defaultSource(config.frame.decimalMark), null, true),
    ...sources.all().map(({ source, isFixed }) => view(source, source.name, isFixed)),
    ...sources.leftOut().map(({ source, why }) => view(source, source.name, false, why)),
  ];
}

/** The source of connections that belong to no other: as the configuration's variables have it. */
function defaultSource(decimalMark: Config["frame"]["decimalMark"]): Source {
  return sourceSchema.parse({
    name: "default",
    connection: { kind: "listen" },
    dialect: "line",
    decimal_mark: decimalMark === "auto" ? null : decimalMark,
  });
}
