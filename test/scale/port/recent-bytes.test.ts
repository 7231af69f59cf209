import { expect, test } from "bun:test";
import { createRecentBytes } from "../../../src/scale/port/recent-bytes.ts";

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString("latin1");
}

test("the bytes of a connection are kept from its beginning, and forgotten when its first print is a bag", () => {
  const recent = createRecentBytes();
  recent.began(1);
  recent.received(1, Buffer.from("1,45"));
  recent.received(1, Buffer.from(".20 lb\r\n"));
  expect(text(recent.of(1))).toBe("1,45.20 lb\r\n");
  recent.read(1, true);
  recent.received(1, Buffer.from("1,45.30 lb\r\n"));
  expect(recent.of(1)).toBeNull();
});

test("what comes after a rejected print is kept until 20 bags came in a row", () => {
  const recent = createRecentBytes();
  recent.read(1, false);
  recent.received(1, Buffer.from("N 45.2\r\n"));
  for (let bag = 1; bag <= 19; bag++) recent.read(1, true);
  recent.read(1, false);
  for (let bag = 1; bag <= 19; bag++) recent.read(1, true);
  expect(text(recent.of(1))).toBe("N 45.2\r\n");
  recent.read(1, true);
  expect(recent.of(1)).toBeNull();
});

test("4,096 bytes are kept of one, the last ones, and 64 connections, those that sent last", () => {
  const recent = createRecentBytes();
  for (let id = 1; id <= 64; id++) recent.began(id);
  const bytes = Buffer.from("x".repeat(5_000));
  recent.received(1, bytes);
  recent.received(1, Buffer.from("end"));
  bytes.fill("y");
  expect(recent.of(1)?.length).toBe(4_096);
  expect(text(recent.of(1))?.slice(-5)).toBe("xxend");
  recent.began(65);
  expect(recent.of(2)).toBeNull();
  expect(recent.of(1)).not.toBeNull();
  recent.ended(1);
  expect(recent.of(1)).toBeNull();
});

test("the bytes of a connection that somebody looks at are kept for a minute, whatever its prints are", () => {
  let now = 0;
  const recent = createRecentBytes(() => now);
  recent.began(1);
  recent.read(1, true);
  recent.watch(1);
  recent.received(1, Buffer.from("1,45.20 lb\r\n"));
  recent.read(1, true);
  now = 59_999;
  recent.read(1, true);
  expect(text(recent.of(1))).toBe("1,45.20 lb\r\n");
  now = 60_000;
  recent.read(1, true);
  expect(recent.of(1)).toBeNull();
});
