import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";

/**
 * Reads an answer's body, and counts the bytes that arrive: no header is reliable about its length. It has to be
 * requested with `decompress: false`: Bun unpacks whatever a few bytes become (400 MB of zeros are 400 KB of gzip).
 *
 * @returns null where it is longer than the limit, packed or unpacked, or cannot be unpacked. The rest is not read, and
 * the connection is given up.
 */
export async function readBounded(response: Response, limitBytes: number): Promise<string | null> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the connection.
    if (length > limitBytes) return null;
    chunks.push(chunk);
  }
  const body = unpacked(Buffer.concat(chunks), response.headers.get("content-encoding"), limitBytes);
  return body === null ? null : new TextDecoder().decode(body);
}

/** Some servers pack although `identity` was asked for. */
function unpacked(body: Uint8Array, encoding: string | null, limitBytes: number): Uint8Array | null {
  const limit = { maxOutputLength: limitBytes };
  try {
    switch (encoding?.trim().toLowerCase()) {
      case undefined:
      case "":
      case "identity":
        return body;
      case "gzip":
      case "x-gzip":
        return gunzipSync(body, limit);
      case "deflate":
        return inflateSync(body, limit);
      case "br":
        return brotliDecompressSync(body, limit);
      case "zstd":
        return zstdDecompressSync(body, limit);
      default:
        return null;
    }
  } catch {
    return null;
  }
}
