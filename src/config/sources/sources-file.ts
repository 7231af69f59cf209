import { z } from "zod";
import { sentenceOf } from "../../runtime/sentences.ts";
import { type ReadFile, whyUnreadable } from "../environment.ts";
import { type Fault, quote } from "../fault.ts";
import { findJsonFault } from "../json-fault.ts";
import { type Source, sourceSchema } from "./source.ts";
import { sourceFaults } from "./source-rules.ts";

/** A file of sources. `$schema` is for editors. */
const sourcesFileSchema = z.strictObject({
  $schema: z.string().optional(),
  sources: z.array(sourceSchema).max(1_000),
});

/** The form of such a file as JSON Schema (2020-12), as editors and other programs understand it. */
export function sourcesJsonSchema(): unknown {
  return z.toJSONSchema(sourcesFileSchema, { io: "input" });
}

/**
 * Reads the file that `PREPUFF_SOURCES` names.
 *
 * @param path as people wrote it, for messages; `whole` the same, absolute.
 */
export function readSourcesFile(
  path: string,
  whole: string,
  readFile: ReadFile,
): { readonly sources: readonly Source[]; readonly faults: readonly Fault[] } {
  const failed = (...faults: Fault[]) => ({ sources: [], faults });
  let text: string;
  try {
    text = readFile(whole).replace(/^\uFEFF/, "");
  } catch (error) {
    const problem = `the file ${quote(path)} ${whyUnreadable(error)}`;
    return failed({ subject: "PREPUFF_SOURCES", problem, hint: "Name a file that exists, or leave it out" });
  }
  const syntax = findJsonFault(text);
  if (syntax !== null) {
    return failed({
      subject: path,
      problem: `not valid JSON at line ${syntax.line}, column ${syntax.column}, expected ${syntax.expected}`,
      hint: "Keys and texts need double quotes, entries a comma between them and none after the last",
    });
  }
  const parsed = sourcesFileSchema.safeParse(JSON.parse(text), { error: sentenceOf, jitless: true });
  if (!parsed.success) {
    return failed(...parsed.error.issues.map((issue) => fault(path, issue.path, issue.message)));
  }
  const { sources } = parsed.data;
  const faults = sourceFaults(sources).map(({ index, field, message }) =>
    fault(path, ["sources", index, field], message),
  );
  return { sources, faults };
}

function fault(file: string, path: readonly PropertyKey[], message: string): Fault {
  return {
    subject: path.length === 0 ? file : `${file}: ${path.map(String).join(".")}`,
    problem: message,
    hint: "Its form is in deploy/sources.schema.json and docs/sources.md",
  };
}
