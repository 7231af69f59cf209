/** One line of Prometheus' text format, without a comment. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * All samples of one metric, in the order of the text.
 *
 * @param text the exposition format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function samplesOf(text: string, name: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    if (line.startsWith(`${name} `)) return [{ labels: {}, value: Number(line.slice(name.length + 1)) }];
    if (!line.startsWith(`${name}{`)) return [];
    const end = line.lastIndexOf("} ");
    return [{ labels: labelsOf(line.slice(name.length + 1, end)), value: Number(line.slice(end + 2)) }];
  });
}

function labelsOf(text: string): Record<string, string> {
  const found = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries(Array.from(found, ([, name = "", value = ""]) => [name, unescaped(value)]));
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
}
