import type { Socket } from "bun";
import type { Commands } from "../indicators/dialect.ts";
import { errorMessageWithCode } from "../runtime/error-message.ts";
import { takeCommands } from "./commands-received.ts";
import type { ScaleCounts } from "./counts.ts";
import { writeShown } from "./frames.ts";
import { createLoads, type Moment, shownSteps } from "./loads.ts";
import type { Play } from "./script.ts";
import type { Stage } from "./stage.ts";

/** Without a stream: how often it is looked whether a weight is still. */
const lookMs = 50;

/** What one who connected has asked. */
interface Asker {
  /** What came and is no command yet. */
  held: string;
  /** It has asked: nothing is printed to it by itself. */
  hasAsked: boolean;
  /** Answers that wait for the weight to be still. */
  waiting: number;
}

/**
 * Plays one indicator that others connect to, as the server that most are, while bags are put on it and taken off. It answers
 * the commands of its dialect. By itself it sends what it shows, `hertz` times a second; with 0 it prints each bag once, when
 * it is still, to those who never asked anything. Resolves, never rejects: when all bags are off, on `halt`, or when the
 * port cannot be opened.
 */
export async function playListening(
  play: Play,
  at: { readonly port: number; readonly hertz: number },
  stage: Stage,
  counts: ScaleCounts,
): Promise<void> {
  const { clock, halt, address } = stage;
  const { port, hertz } = at;
  const commands = play.dialect?.commands ?? {};
  const loads = createLoads(play, counts.scale, play.bags);
  const askers = new Set<Socket<Asker>>();
  const startedAt = clock.now();
  const now = () => loads.at(clock.now() - startedAt);
  let tare = 0;
  let printed = -1;

  function send(socket: Socket<Asker>, { steps, isStill }: Moment): void {
    const shown = {
      weight: shownSteps(steps - tare, play.decimals),
      stable: isStill,
      mode: tare === 0 ? "gross" : "net",
    } as const;
    counts.bytes += Math.max(0, socket.write(Buffer.from(writeShown(play, counts.scale, shown), "latin1")));
  }

  function answer(socket: Socket<Asker>, command: keyof Commands): void {
    const moment = now();
    if (command === "stillWeight" && !moment.isStill) {
      socket.data.waiting++;
      return;
    }
    if (command === "tare" && moment.isStill) tare = moment.steps;
    if (command === "clearTare") tare = 0;
    counts.answers++;
    send(socket, moment);
  }

  function open(): { stop(): void } | null {
    try {
      return Bun.listen<Asker>({
        hostname: address.host,
        port,
        socket: {
          open(socket) {
            socket.data = { held: "", hasAsked: false, waiting: 0 };
            askers.add(socket);
            counts.isConnected = true;
          },
          data(socket, bytes) {
            const { found, rest } = takeCommands(socket.data.held + bytes.toString("latin1"), commands);
            socket.data.held = rest;
            if (found.length > 0) socket.data.hasAsked = true;
            for (const command of found) answer(socket, command);
          },
          close(socket) {
            askers.delete(socket);
            counts.isConnected = askers.size > 0;
          },
        },
      });
    } catch (error) {
      counts.failedConnects++;
      counts.lastFailure = errorMessageWithCode(error);
      return null;
    }
  }

  function show(moment: Moment): void {
    for (const socket of askers) {
      if (hertz > 0) send(socket, moment);
      else if (moment.resting !== null && moment.resting !== printed && !socket.data.hasAsked)
        send(socket, moment);
      if (!moment.isStill) continue;
      for (; socket.data.waiting > 0; socket.data.waiting--) {
        counts.answers++;
        send(socket, moment);
      }
    }
    if (hertz > 0 || (moment.resting !== null && moment.resting !== printed)) counts.samples++;
    printed = moment.resting ?? printed;
  }

  const listener = open();
  if (listener === null) return;
  const everyMs = hertz > 0 ? 1000 / hertz : lookMs;
  for (let tick = 1; !halt.aborted; tick++) {
    const elapsed = clock.now() - startedAt;
    const moment = loads.at(elapsed);
    show(moment);
    counts.bags = moment.takenOff;
    if (elapsed >= loads.endMs) break;
    await clock.sleep(tick * everyMs - elapsed, halt);
  }
  listener.stop();
  for (const socket of askers) socket.end();
}
