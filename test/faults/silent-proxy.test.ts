import { afterEach, expect, test } from "bun:test";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import { makeCertificates } from "./certificates.ts";
import { startSilentProxy } from "./silent-proxy.ts";

const stack: Disposable[] = [];
afterEach(() => {
  for (const each of stack.splice(0)) each[Symbol.dispose]();
});

/** A server behind a proxy that keeps what it hears, line by line. */
async function behindProxy() {
  const lines: { socket: Socket; heard: string; hasEnded: boolean; hasFailed: boolean; isClosed: boolean }[] =
    [];
  const server = createServer((socket) => {
    const line = { socket, heard: "", hasEnded: false, hasFailed: false, isClosed: false };
    lines.push(line);
    socket.on("data", (bytes) => (line.heard += bytes.toString("latin1")));
    socket.on("end", () => (line.hasEnded = true));
    socket.on("error", () => (line.hasFailed = true));
    socket.on("close", () => (line.isClosed = true));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  const proxy = await startSilentProxy(address.port);
  stack.push(proxy, { [Symbol.dispose]: () => void server.close() });
  return { proxy, lines, heard: () => lines.map(({ heard }) => heard) };
}

test("a goodbye passes behind everything that was said, and is answered by the other side alone", async () => {
  const { proxy, lines, heard } = await behindProxy();
  const text = "x".repeat(3_000_000);
  const line = await connectScale(proxy.port);
  await line.send(text);
  expect(await line.close()).toBe(true);
  expect(heard()).toEqual([text]);
  expect(lines).toMatchObject([{ hasEnded: true, hasFailed: false }]);
});

test("while it is silent nothing passes, then all of it does, in order, goodbyes too", async () => {
  const { proxy, lines, heard } = await behindProxy();
  const before = await connectScale(proxy.port);
  await before.send("1");
  await until("it is heard", () => heard()[0] === "1");
  proxy.silence();
  await before.send("2");
  const during = await connectScale(proxy.port);
  await during.send("3");
  const closing = before.close();
  await Bun.sleep(100);
  expect(heard().join()).toMatch(/^1,?$/);
  expect(lines[0]?.hasEnded).toBe(false);
  proxy.speak();
  expect(await closing).toBe(true);
  await until("all is heard", () => heard().join() === "12,3");
});

test("what was said before a reset passes all the same, when its time comes", async () => {
  const { proxy, heard } = await behindProxy();
  const line = await connectScale(proxy.port);
  await line.send("1");
  await until("it is heard", () => heard()[0] === "1");
  proxy.silence("pass");
  await line.send("2");
  line.reset();
  await Bun.sleep(100);
  expect(heard()[0]).toBe("1");
  proxy.speak();
  await until("it is heard late", () => heard()[0] === "12");
});

test("lines that are silent alone speak later than newer ones", async () => {
  const { proxy, heard } = await behindProxy();
  const old = await connectScale(proxy.port);
  await old.send("1");
  await until("it is heard", () => heard()[0] === "1");
  proxy.silence("pass");
  await old.send("2");
  const fresh = await connectScale(proxy.port);
  await fresh.send("3");
  await until("the newer one is heard", () => heard()[1] === "3");
  expect(heard()[0]).toBe("1");
  proxy.speak();
  await until("the older one is heard", () => heard()[0] === "12");
});

test("an abandoned line stays open on the far side, which hears nothing more", async () => {
  const { proxy, lines, heard } = await behindProxy();
  const line = await connectScale(proxy.port);
  await line.send("1");
  await until("it is heard", () => heard()[0] === "1");
  proxy.abandon();
  await until("the near side is gone", () => !line.isOpen);
  await Bun.sleep(100);
  expect(lines).toMatchObject([{ hasEnded: false, isClosed: false }]);
});

test("a line that is cut ends with a reset on both sides", async () => {
  const { proxy, lines, heard } = await behindProxy();
  const line = await connectScale(proxy.port);
  await line.send("1");
  await until("it is heard", () => heard()[0] === "1");
  proxy.cut();
  await until("both sides know", () => !line.isOpen && lines[0]?.isClosed === true);
  expect([await line.close(), lines[0]?.hasFailed]).toEqual([false, true]);
});

test("a closed port refuses, and is the same when it is opened again", async () => {
  const { proxy, heard } = await behindProxy();
  await proxy.refuse();
  await expect(connectScale(proxy.port)).rejects.toThrow();
  await proxy.accept();
  const line = await connectScale(proxy.port);
  await line.send("1");
  await until("it is heard", () => heard().includes("1"));
});

test("a port that speaks TLS closes also on who has not finished saying hello", async () => {
  using folder = tempFolder();
  const { valid } = await makeCertificates(folder.path);
  const { proxy } = await behindProxy();
  await proxy.refuse();
  await proxy.accept(valid);
  const line = await connectScale(proxy.port);
  await proxy.refuse();
  await until("the line is cut", () => !line.isOpen);
});
