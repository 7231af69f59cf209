import { ApiProblem } from "../../shared/api.ts";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** A source's fields want other things than those of the same name elsewhere: their faults are named `source.scale`. */
export async function ownFields(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const { status, code, detail, faults } = error;
    const own = faults.map(({ field, ...fault }) => ({
      ...fault,
      field: `source.${field.replace(/\.\d+$/, "")}`,
    }));
    throw new ApiProblem(status, code, detail, own);
  }
}

const labels = {
  "source.name": () => word("name"),
  "source.connection": () => say("connection"),
  "source.connection.port": () => say("port"),
  "source.connection.from": () => say("from"),
  "source.connection.registration": () => say("registration"),
  "source.connection.host": () => word("address"),
  "source.connection.poll.every_ms": () => say("every"),
  "source.connection.poll.answer_ms": () => say("answer"),
  "source.connection.poll.command": () => say("command"),
  "source.heartbeat": () => say("heartbeat"),
  "source.format": () => say("format"),
  "source.mode": () => say("mode"),
  "source.scale": () => word("scale"),
  "source.station": () => word("station"),
  "source.decimals": () => say("decimals"),
  "source.stream.division": () => say("division"),
  "source.stream.min_weight": () => say("minWeight"),
  "source.stream.band": () => say("band"),
  "source.stream.settle_ms": () => say("settle"),
  "source.stream.rearm_percent": () => say("rearm"),
} as const satisfies Readonly<Record<string, () => string>>;

/** The label of a field that has a fault, as it stands in the dialog; null: it has none there. */
export function fieldLabel(field: string): string | null {
  return Object.entries(labels).find(([name]) => name === field)?.[1]() ?? null;
}
