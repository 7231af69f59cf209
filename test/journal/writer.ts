import { openJournal } from "../../src/journal/journal.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { weighed } from "../support/entries.ts";
import { silentLogger } from "../support/silent-logger.ts";

// Writes entries until it is killed, and prints the number of each group when it is durable.
const journal = openJournal({ folder: process.argv[2] ?? "", clock: systemClock, logger: silentLogger });
journal.onDurable("test", () => process.stdout.write(`${journal.lastSeq}\n`));
setInterval(() => {
  for (let i = 0; i < 7; i++) journal.append(weighed());
}, 1);
