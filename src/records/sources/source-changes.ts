import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Source } from "../../config/sources/source.ts";
import { portFault, sourceFaults } from "../../config/sources/source-rules.ts";
import type { Sql, Transaction } from "../../database/types.ts";
import { type KeptSource, mergeKept, sameName, sourcesIn } from "../../scale/sources/kept-sources.ts";
import { lockSources, readSources, writeSource } from "./source-rows.ts";

/** As many as a file of PREPUFF_SOURCES may have. */
const sourcesMax = 1_000;

/** Beside which a source has to hold. */
export interface Beside {
  /** Those of the configuration. */
  readonly fixed: readonly Source[];
  /** What the appliance knows of those of people; the database may have fallen behind it. */
  readonly kept: readonly KeptSource[];
  readonly ports: { readonly scale: number; readonly http: number };
}

export type Refusal =
  | { readonly reason: "unknown" | "fixed" | "name_taken" }
  | { readonly reason: "too_many"; readonly max: number }
  | { readonly reason: "faults"; readonly faults: readonly SourceFieldFault[] };

export interface SourceFieldFault {
  readonly field: string;
  readonly message: string;
}

/** What people have set once the change is committed; or why nothing was changed. */
export type Changed =
  | { readonly ok: true; readonly kept: readonly KeptSource[] }
  | ({ readonly ok: false } & Refusal);

/** Adds a source, with its audit event in the same transaction. */
export function createSource(sql: Sql, source: Source, by: Actor, beside: Beside): Promise<Changed> {
  return change(sql, by, beside, async (tx, known) => {
    if (sourcesIn(known).length >= sourcesMax) return { reason: "too_many", max: sourcesMax };
    const refusal = refusalOf(source, sourcesIn(known), beside);
    if (refusal !== null) return refusal;
    await put(tx, by, known, source);
    await note(tx, by, "source.create", source.name, { before: null, after: source });
    return null;
  });
}

/** Puts a source in the place of one; its name may be another. Only what differs is in the audit event. */
export function changeSource(
  sql: Sql,
  name: string,
  source: Source,
  by: Actor,
  beside: Beside,
): Promise<Changed> {
  return change(sql, by, beside, async (tx, known) => {
    if (beside.fixed.some((fixed) => sameName(fixed.name, name))) return { reason: "fixed" };
    const before = find(known, name);
    if (before === undefined) return { reason: "unknown" };
    const others = sourcesIn(known).filter((other) => other !== before);
    const refusal = refusalOf(source, others, beside);
    if (refusal !== null) return refusal;
    if (Bun.deepEquals(before, source)) return null;
    if (!sameName(before.name, source.name)) await remove(tx, by, known, before.name);
    await put(tx, by, known, source);
    await note(tx, by, "source.change", before.name, { before, after: source });
    return null;
  });
}

/** Deletes a source; its bags stay. */
export function deleteSource(sql: Sql, name: string, by: Actor, beside: Beside): Promise<Changed> {
  return change(sql, by, beside, async (tx, known) => {
    if (beside.fixed.some((fixed) => sameName(fixed.name, name))) return { reason: "fixed" };
    const before = find(known, name);
    if (before === undefined) return { reason: "unknown" };
    await remove(tx, by, known, before.name);
    await note(tx, by, "source.delete", before.name, { before, after: null });
    return null;
  });
}

/** Gives the database what it lacks of the sources that this appliance has, as after the restore of an older backup. */
export async function putBack(tx: Transaction, missing: readonly KeptSource[], by: Actor): Promise<void> {
  await lockSources(tx, by.plant);
  const { kept: known } = await readSources(tx, by.plant);
  for (const kept of mergeKept(missing, known).missing) {
    const before = known.find(({ name }) => sameName(name, kept.name));
    await writeSource(tx, by.plant, kept, before?.name);
    const was = before?.source ?? null;
    if (was === null && kept.source === null) continue;
    const action = kept.source === null ? "source.delete" : was === null ? "source.create" : "source.change";
    const copy = { from: "sources.json" };
    await note(tx, by, action, kept.name, { before: was, after: kept.source }, copy);
  }
}

async function change(
  sql: Sql,
  { plant }: Actor,
  beside: Beside,
  work: (tx: Transaction, known: readonly KeptSource[]) => Promise<Refusal | null>,
): Promise<Changed> {
  return sql.begin(async (tx): Promise<Changed> => {
    await lockSources(tx, plant);
    const { kept } = await readSources(tx, plant);
    const refusal = await work(tx, mergeKept(beside.kept, kept).all);
    return refusal === null
      ? { ok: true, kept: (await readSources(tx, plant)).kept }
      : { ok: false, ...refusal };
  });
}

function refusalOf(source: Source, others: readonly Source[], { fixed, ports }: Beside): Refusal | null {
  const all = [...fixed, ...others, source];
  const found = sourceFaults(all).filter(({ index }) => index === all.length - 1);
  if (found.some(({ field }) => field === "name")) return { reason: "name_taken" };
  const faults: SourceFieldFault[] = found.map(({ field, message }) => ({ field, message }));
  const ofPort = portFault(source, ports);
  if (ofPort !== null) faults.push({ field: "connection.port", message: ofPort });
  return faults.length === 0 ? null : { reason: "faults", faults };
}

function find(known: readonly KeptSource[], name: string): Source | undefined {
  return known.find((kept) => sameName(kept.name, name))?.source ?? undefined;
}

function put(tx: Transaction, by: Actor, known: readonly KeptSource[], source: Source): Promise<void> {
  return write(tx, by, known, source.name, source);
}

function remove(tx: Transaction, by: Actor, known: readonly KeptSource[], name: string): Promise<void> {
  return write(tx, by, known, name, null);
}

/** Later than what was known of it, whatever the clock says: the later one counts. */
async function write(
  tx: Transaction,
  by: Actor,
  known: readonly KeptSource[],
  name: string,
  source: Source | null,
): Promise<void> {
  const before = known.find((kept) => sameName(kept.name, name));
  const changedAt = Math.max(by.at, (before?.changedAt ?? 0) + 1);
  await writeSource(tx, by.plant, { name, source, changedAt }, before?.name);
}

async function note(
  tx: Transaction,
  by: Actor,
  action: "source.create" | "source.change" | "source.delete",
  name: string,
  of: { readonly before: Source | null; readonly after: Source | null },
  detail: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [before, after] = [of.before, of.after].map((source) => new Map(fieldsOf(source ?? {})));
  const isSame = (field: string) =>
    of.before !== null && of.after !== null && Bun.deepEquals(before?.get(field), after?.get(field));
  const told = (fields: ReadonlyMap<string, Leaf> = new Map()) =>
    Object.fromEntries([...fields].filter(([field]) => !isSame(field)));
  await audit(tx, by, {
    action,
    subject: `source:${name}`,
    detail,
    before: of.before === null ? null : told(before),
    after: of.after === null ? null : told(after),
  });
}

const leaf = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
type Leaf = z.output<typeof leaf>;

/** The fields of a source, as `connection.port`. */
function fieldsOf(value: object, path = ""): [field: string, value: Leaf][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const field = `${path}${name}`;
    const { success, data } = leaf.safeParse(inner);
    if (success) return [[field, data]];
    return typeof inner === "object" && inner !== null ? fieldsOf(inner, `${field}.`) : [];
  });
}
