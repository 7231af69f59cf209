import type { z } from "zod";
import type { Actor } from "../../audit/audit.ts";
import type { Sql, Transaction } from "../../database/types.ts";
import { sentenceOf } from "../../runtime/sentences.ts";
import { readTable } from "./csv-table.ts";
import {
  insertProduct,
  listProducts,
  type NewProduct,
  newProductSchema,
  type ProductChange,
  productChangeSchema,
  productsMax,
  updateProduct,
} from "./products.ts";

/** What is wrong with a file: where, and what was expected. */
export interface ImportFault {
  /** `line 3, target_weight`. */
  readonly field: string;
  readonly message: string;
}

export type Imported =
  | { readonly ok: true; readonly made: number; readonly changed: number }
  | { readonly ok: false; readonly faults: readonly ImportFault[] };

const columns = [
  "name",
  "target_weight",
  "tolerance_percent",
  "quantity",
  "unit",
  "price_per_lb",
  "bag_volume",
  "tare",
  "note",
] as const;
type Column = (typeof columns)[number];
const needed: readonly Column[] = ["name", "target_weight"];

/**
 * Makes the products of a CSV file, and changes those in use that have the name of one. All of it, or where something is wrong
 * nothing.
 *
 * @param tolerance of a new product where the file says none.
 */
export async function importProducts(sql: Sql, csv: string, tolerance: string, by: Actor): Promise<Imported> {
  const read = readProducts(csv);
  if (!read.ok) return read;
  return sql.begin(async (tx): Promise<Imported> => {
    const known = new Map(
      (await listProducts(tx, by.plant, { retired: false })).map(({ id, name }) => [name.toLowerCase(), id]),
    );
    let made = 0;
    let changed = 0;
    for (const { product, given } of read.products) {
      const id = known.get(product.name.toLowerCase());
      if (id === undefined) {
        await make(tx, { ...product, tolerance_percent: product.tolerance_percent ?? tolerance }, by);
        made++;
      } else {
        await updateProduct(tx, id, given, by);
        changed++;
      }
    }
    return { ok: true, made, changed };
  });
}

async function make(tx: Transaction, product: NewProduct, by: Actor): Promise<void> {
  const outcome = await insertProduct(tx, product, by);
  if (!outcome.ok) throw new Error(`a product of the file could not be made: ${outcome.reason}`);
}

interface Row {
  /** As a new one. */
  readonly product: z.output<typeof newProductSchema>;
  /** What the file says of it: the rest of a product that is known stays. */
  readonly given: ProductChange;
}

type Read = { readonly ok: true; readonly products: readonly Row[] } | Extract<Imported, { ok: false }>;

function readProducts(csv: string): Read {
  const table = readTable(csv);
  if (!table.ok) return { ok: false, faults: [table.fault] };
  const { header, rows, decimalComma } = table;
  const faults: ImportFault[] = [];
  const places = new Map<Column, number>();
  for (const [place, title] of header.entries()) {
    const column = columns.find(
      (each) =>
        each ===
        title
          .trim()
          .toLowerCase()
          .replaceAll(/[\s-]+/g, "_"),
    );
    if (column === undefined) {
      faults.push({
        field: `line 1, column ${place + 1}`,
        message: `${JSON.stringify(title)} is none of ${columns.join(", ")}`,
      });
    } else if (places.has(column)) {
      faults.push({ field: `line 1, column ${place + 1}`, message: `${column} is there twice` });
    } else {
      places.set(column, place);
    }
  }
  for (const column of needed) {
    if (!places.has(column)) faults.push({ field: "line 1", message: `has no column ${column}` });
  }
  if (faults.length > 0) return { ok: false, faults };
  if (rows.length > productsMax) {
    return {
      ok: false,
      faults: [{ field: "csv", message: `has ${rows.length} products; ${productsMax} at most` }],
    };
  }
  const products: Row[] = [];
  const lines = new Map<string, number>();
  for (const { line, cells } of rows) {
    if (cells.length > header.length) {
      faults.push({
        field: `line ${line}`,
        message: `has ${cells.length} cells; the first line has ${header.length}`,
      });
      continue;
    }
    const given: Record<string, unknown> = {};
    for (const [column, place] of places) {
      const text = (cells[place] ?? "").trim();
      if (text !== "") given[column] = cellValue(column, text, decimalComma);
    }
    const parsed = newProductSchema.safeParse(given, { error: sentenceOf });
    if (!parsed.success) {
      for (const issue of parsed.error.issues) {
        const column = String(issue.path[0] ?? "");
        const isMissing = given[column] === undefined;
        faults.push({ field: `line ${line}, ${column}`, message: isMissing ? "is missing" : issue.message });
      }
      continue;
    }
    const name = parsed.data.name.toLowerCase();
    const before = lines.get(name);
    if (before !== undefined) {
      faults.push({ field: `line ${line}, name`, message: `is the name of line ${before}, too` });
    }
    lines.set(name, line);
    products.push({ product: parsed.data, given: productChangeSchema.parse(given) });
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, products };
}

function cellValue(column: Column, text: string, decimalComma: boolean): unknown {
  switch (column) {
    case "quantity":
      return /^\d{1,9}$/.test(text) ? Number(text) : text;
    case "target_weight":
    case "tolerance_percent":
    case "price_per_lb":
    case "bag_volume":
    case "tare":
      return decimalComma ? text.replace(",", ".") : text;
    case "unit":
      return text.toLowerCase();
    case "name":
    case "note":
      return text;
  }
}
