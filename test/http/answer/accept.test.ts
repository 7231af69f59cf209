import { expect, test } from "bun:test";
import { preferredLanguage, prefersCsv, takesGzip } from "../../../src/http/answer/accept.ts";

test.each([
  [null, "en"],
  ["es-MX,es;q=0.9,en;q=0.8", "es"],
  ["en-US, es", "en"],
  ["en;q=0.5, es;q=0.8", "es"],
  ["de, es;q=0.1", "es"],
  ["es;q=0", "en"],
  ["est, *", "en"],
] as const)("Accept-Language %p wants %p", (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});

test.each([
  ["gzip", true],
  ["br, GZIP ; q=0.1", true],
  ["gzip;q=0.000", false],
  ["x-gzip, br", false],
  [null, false],
] as const)("Accept-Encoding %p takes gzip: %p", (header, takes) => {
  expect(takesGzip(header)).toBe(takes);
});

test.each([
  ["text/csv; charset=utf-8", true],
  ["text/csv;header=present, */*;q=0.5", true],
  ["text/csv, application/json", false],
  ["text/csv;q=2, application/json", false],
] as const)("Accept %p wants CSV more than JSON: %p", (header, wants) => {
  expect(prefersCsv(header)).toBe(wants);
});
