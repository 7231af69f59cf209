const encoder = new TextEncoder();

/**
 * One message of an event stream. Without a type and data it only moves the client's last event id, without an id it
 * leaves that as it is. JSON has no line breaks, so the data is always one line.
 */
export function message(parts: { id?: string; type?: string; data?: unknown }): Uint8Array {
  const { id, type, data } = parts;
  const place = id === undefined ? "" : `id: ${id}\n`;
  const event = type === undefined ? "" : `event: ${type}\n`;
  const line = data === undefined ? "" : `data: ${JSON.stringify(data)}\n`;
  return encoder.encode(`${place}${event}${line}\n`);
}

/** A line that is no event, as `retry: …`. */
export function comment(line: string): Uint8Array {
  return encoder.encode(`${line}\n\n`);
}
