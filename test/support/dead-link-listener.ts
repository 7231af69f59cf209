// The scales' port alone, in a process of its own; says who is connected, as presence knows it.
import { listening } from "./listening.ts";

const [port = "0", mode] = process.argv.slice(2);
const side = listening({ PREPUFF_SCALE_HOST: "0.0.0.0", PREPUFF_SCALE_PORT: port });
if (mode === "paused") side.setWritable(false);

let known = new Map<number, string>();
const say = (event: string, address: string) => process.stdout.write(`${event} ${address} ${Date.now()}\n`);
say("listening", "-");
setInterval(() => {
  const now = new Map(side.presence.connections().map(({ id, remoteAddress }) => [id, remoteAddress]));
  for (const [id, address] of now) if (!known.has(id)) say("connected", address);
  for (const [id, address] of known) if (!now.has(id)) say("disconnected", address);
  known = now;
}, 20);
