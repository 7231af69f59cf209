import type { Source } from "./source.ts";

export interface SourceFault {
  /** The place in the list of sources, from 0. */
  readonly index: number;
  readonly field: string;
  readonly message: string;
}

/** What is wrong with sources beside each other: each name, scale and connection can belong to one only. */
export function sourceFaults(sources: readonly Source[]): SourceFault[] {
  return sources.flatMap((source, index) => {
    const others = sources.slice(0, index);
    const faults: SourceFault[] = [];
    const add = (field: string, message: string) => faults.push({ index, field, message });
    const same = others.find(({ name }) => name.toLowerCase() === source.name.toLowerCase());
    if (same !== undefined) add("name", `is the name of another source: ${same.name}`);
    const ofScale = others.find(({ scale }) => scale !== null && scale === source.scale);
    if (ofScale !== undefined) add("scale", `belongs to source ${ofScale.name}: each has scales of its own`);
    const taken = others.find((other) => meetsSame(other, source));
    if (taken !== undefined) add("connection", `takes the same connections as source ${taken.name}`);
    return faults;
  });
}

/** What is wrong with the port that a source opens: the appliance has it already for something else. null: nothing. */
export function portFault(
  { connection }: Pick<Source, "connection">,
  ports: { readonly scale: number; readonly http: number },
): string | null {
  if (connection.kind !== "listen" || connection.port === null) return null;
  if (connection.port === ports.scale) return "is the scales' port: leave it out to listen there";
  return connection.port === ports.http ? "is the port of the web pages (PREPUFF_HTTP_PORT)" : null;
}

/** Whether nothing tells the connections of two sources apart. A narrower network comes before a wider one. */
function meetsSame({ connection: one }: Source, { connection: other }: Source): boolean {
  if (one.kind === "connect") {
    return other.kind === "connect" && one.host === other.host && one.port === other.port;
  }
  if (other.kind === "connect") return false;
  if (one.port !== other.port || one.registration !== other.registration) return false;
  if (one.from.length === 0 || other.from.length === 0) return one.from.length === other.from.length;
  return one.from.some((range) => other.from.includes(range));
}
