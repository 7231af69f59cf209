import { createHash } from "node:crypto";

/** What a link stands for: an event of the audit trail, what a job wants, a corrected bag, a check of a scale, or a release. */
export const chainKinds = ["audit", "job", "bag", "check", "release"] as const;
export type ChainKind = (typeof chainKinds)[number];

/** A link of a plant's chain of records, as it is stored. */
export interface Link {
  readonly plant: number;
  /** 1, 2, 3 … in a plant. */
  readonly seq: number;
  readonly kind: ChainKind;
  /** Of the row that it stands for. */
  readonly row: number;
  /** SHA-256 of the row's canonical text when the link was made, in hexadecimal; `noRow` where it was removed. */
  readonly content: string;
  /** When its transaction began by PostgreSQL's clock: `2026-03-01T08:00:00.123456Z`. Links made together have the same. */
  readonly at: string;
  readonly digest: string;
}

/** What stands in place of a digest before the first link. */
export const beforeFirst = "0".repeat(64);

/** The content of a link that says that a row was removed: SHA-256 of no bytes. */
export const noRow = sha256("");

/** The bytes that a link's digest is the SHA-256 of: one line of UTF-8, without an end of line. */
export function linkText(previous: string, link: Omit<Link, "digest">): string {
  return [previous, link.plant, link.seq, link.kind, link.row, link.content, link.at].join(" ");
}

/** SHA-256 of a text's UTF-8, in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A link's number and digest: whoever keeps it elsewhere can prove later that nothing before it was changed. */
export interface Head {
  readonly seq: number;
  readonly digest: string;
}

/** `1234:ab12…`, as it is printed. */
export function headText({ seq, digest }: Head): string {
  return `${seq}:${digest}`;
}

/** Reads what was printed, also with a shortened digest. @param text `1234:ab12…` */
export function readHead(text: string): Head {
  const [seq = "", digest = ""] = text.split(":");
  return { seq: Number(seq), digest };
}
