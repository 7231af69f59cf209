import { framesOf } from "../journal/entry.ts";
import type { RefusedEntry } from "./refusal.ts";

/** The rejected frames of a batch, as `record-rejected.sql` takes them. */
export function rejectedColumns(entries: readonly RefusedEntry[]) {
  return {
    seq: entries.map(({ seq }) => seq),
    received_ms: entries.map(({ receivedAt }) => receivedAt),
    remote_address: entries.map(({ remoteAddress }) => remoteAddress),
    scale_id: entries.map(({ scale }) => scale ?? 0),
    reason: entries.map((entry) => (entry.kind === "rejected" ? entry.reason : "refused")),
    raw_hex: entries.map(({ raw }) => Buffer.from(raw, "latin1").toString("hex")),
    detail: entries.map(({ refusal }) => refusal ?? ""),
    frames: entries.map(framesOf),
    // A check is in tables of its own: what it belongs to is no bag.
    follows_bag_uid: entries.map((entry) =>
      entry.kind === "rejected" && entry.reason !== "check" ? (entry.ofUid ?? "") : "",
    ),
  };
}
