import { afterAll, expect, test } from "bun:test";
import { api, NotReached } from "../../../src/board/shared/api.ts";

/** Cuts the first `cuts` connections when the request has come, before an answer. */
function startCutting(cuts: number) {
  const requests: string[] = [];
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        requests.push(bytes.toString().split("\r\n")[0] ?? "");
        if (requests.length <= cuts) socket.terminate();
        else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{"id":"one"}');
      },
    },
  });
  servers.push(server);
  return { requests, url: `http://127.0.0.1:${server.port}` };
}

const servers: { stop(force: boolean): void }[] = [];
afterAll(() => {
  for (const server of servers) server.stop(true);
});

const key = { headers: { "idempotency-key": "0123456789abcdef" }, body: { weight: "49.9" } };

test("what is read, or has a key, is asked once more where the connection broke", async () => {
  const reading = startCutting(1);
  expect(await api<object>("GET", `${reading.url}/api/bags`)).toEqual({ id: "one" });
  const entering = startCutting(1);
  expect(await api<object>("POST", `${entering.url}/api/bags`, key)).toEqual({ id: "one" });
  expect(entering.requests).toEqual(["POST /api/bags HTTP/1.1", "POST /api/bags HTTP/1.1"]);
});

test("once, not for ever", async () => {
  const { requests, url } = startCutting(9);
  await expect(api("POST", `${url}/api/bags`, key)).rejects.toBeInstanceOf(NotReached);
  expect(requests).toHaveLength(2);
});

test("what would be done twice is not", async () => {
  const { requests, url } = startCutting(1);
  await expect(api("POST", `${url}/api/jobs`, { body: {} })).rejects.toBeInstanceOf(NotReached);
  expect(requests).toHaveLength(1);
});
