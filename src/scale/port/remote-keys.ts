import type { Presence } from "../presence.ts";
import { keyQuestion, type RemoteKey } from "../sources/commands.ts";
import type { Answer } from "./exchange.ts";
import type { Sessions } from "./sessions.ts";

/** How long an indicator may take to answer a key: a tare waits until the load is still. */
const answerMs = 3_000;

export type FoundKey =
  | {
      readonly kind: "ready";
      /** @returns what the indicator answered; null: nothing within 3 s, as of those that do not answer. */
      press(): Promise<Answer | null>;
    }
  | { readonly kind: "not_connected" }
  /** Its dialect has no command for the key. */
  | { readonly kind: "no_command"; readonly dialect: string };

/** Keys of indicators that can be pressed from afar. */
export interface RemoteKeys {
  find(scale: number, key: RemoteKey): FoundKey;
}

export function createRemoteKeys(
  presence: Pick<Presence, "connectionOf">,
  sessions: Pick<Sessions, "ask" | "sourceOf">,
): RemoteKeys {
  return {
    find(scale, key) {
      const connectionId = presence.connectionOf(scale);
      if (connectionId === null) return { kind: "not_connected" };
      const source = sessions.sourceOf(connectionId);
      const question = source === null ? null : keyQuestion(source, key);
      if (question === null) return { kind: "no_command", dialect: source?.dialect ?? "line" };
      return { kind: "ready", press: () => sessions.ask(connectionId, question, answerMs) };
    },
  };
}
