import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installed, type Peer, runProgram, versionOf } from "./peer.ts";

const modules = installed("node-red/node_modules");
const program = join(modules, "node-red/red.js");
const node = Bun.which("node");

/** tcp in → a function that inserts each line, over a pool of 10 connections (the package pg). */
export const nodeRed: Peer = {
  name: "Node-RED",
  missing:
    node !== null && existsSync(program) && existsSync(join(modules, "pg")) ? null : "node-red with pg",
  version: () => versionOf(node ?? "node", program, "--version"),
  framesEach: 400,
  async start({ world, database, port }) {
    await database.sql`
      create table bag (received_at timestamptz not null default now(), scale_id integer not null, reading text not null)`;
    const folder = mkdtempSync(join(world.folder, "node-red-"));
    writeFileSync(join(folder, "settings.js"), settings(database.url));
    writeFileSync(join(folder, "flows.json"), JSON.stringify(flow(port)));
    return runProgram(world, [
      node ?? "node",
      program,
      "--userDir",
      folder,
      "--settings",
      join(folder, "settings.js"),
    ]);
  },
};

function settings(url: string): string {
  return `
const { Pool } = require(${JSON.stringify(join(modules, "pg"))});
module.exports = {
  flowFile: "flows.json",
  httpAdminRoot: false,
  httpNodeRoot: false,
  uiHost: "127.0.0.1",
  uiPort: 0,
  logging: { console: { level: "warn" } },
  functionGlobalContext: { pool: new Pool({ connectionString: ${JSON.stringify(url)}, max: 10 }) },
};
`;
}

function flow(port: number) {
  const insert = `
const [scale, reading] = msg.payload.split(",");
await global.get("pool").query("insert into bag (scale_id, reading) values ($1, $2)", [scale, reading]);
`;
  return [
    { id: "tab", type: "tab", label: "bags" },
    {
      id: "in",
      type: "tcp in",
      z: "tab",
      server: "server",
      host: "",
      port: String(port),
      datamode: "stream",
      datatype: "utf8",
      newline: "\\r\\n",
      trim: true,
      wires: [["insert"]],
    },
    { id: "insert", type: "function", z: "tab", func: insert, outputs: 0, wires: [] },
  ];
}
