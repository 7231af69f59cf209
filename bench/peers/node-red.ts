import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installed, type Peer, runProgram, versionOf } from "./peer.ts";

const modules = installed("node-red/node_modules");
const program = join(modules, "node-red/red.js");
const node = Bun.which("node");

/** So many lines are inserted together. */
const batch = 1_000;
/** Fewer, where no more came for so long. */
const waitMs = 50;

/**
 * tcp in → a function that collects lines and inserts them in one statement, over one connection (the package pg).
 *
 * Bags/s into the bare table in one run of 29 November on a machine that was busy with other work: an insert a line, over 10
 * connections 639, prepared 745, over 4 483, over 20 500; 100 lines together 2,802, 1,000 lines 6,938, over 4 connections 5,213.
 */
export const nodeRed: Peer = {
  name: "Node-RED",
  missing:
    node !== null && existsSync(program) && existsSync(join(modules, "pg")) ? null : "node-red with pg",
  version: () => versionOf(node ?? "node", program, "--version"),
  framesEach: 2_000,
  guarantees: {
    "a power cut loses": "what is on its way, in memory",
    "each frame": "at most once: an insert that fails is gone",
    "order of a scale": "kept",
    judged: "no",
  },
  async start({ world, database, port }) {
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
  functionGlobalContext: { pool: new Pool({ connectionString: ${JSON.stringify(url)}, max: 1 }) },
};
`;
}

function flow(port: number) {
  const insert = `
const [scale, reading] = msg.payload.split(",");
const rows = context.get("rows") || { scales: [], readings: [], timer: null };
rows.scales.push(scale);
rows.readings.push(reading);
const flush = () => {
  clearTimeout(rows.timer);
  const values = [rows.scales, rows.readings];
  Object.assign(rows, { scales: [], readings: [], timer: null });
  const text = "insert into bag (scale_id, reading) select * from unnest($1::integer[], $2::text[])";
  global.get("pool").query({ name: "bags", text, values }).catch((error) => node.error(error));
};
if (rows.scales.length >= ${batch}) flush();
else if (rows.timer === null) rows.timer = setTimeout(flush, ${waitMs});
context.set("rows", rows);
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
