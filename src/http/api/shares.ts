import { Gauge } from "prom-client";
import { createPlaces, type Places } from "../request/places.ts";
import { createQuestions, type Questions } from "../request/questions.ts";
import type { Services } from "./services.ts";

/** Limits of what lasts long or is expensive, shared fairly among the clients. */
export interface Shares {
  readonly questions: Questions;
  readonly downloads: Places;
  readonly eventClients: Places;
  readonly rawFrameClients: Places;
}

/** One for the whole app: all that ask share the same. */
export function createShares({ clock, metrics }: Pick<Services, "clock" | "metrics">): Shares {
  const refused = (what: string) => () => metrics.requestsRefused.inc({ what });
  const shares: Shares = {
    questions: createQuestions(clock, refused("questions")),
    downloads: createPlaces(
      { all: 8, perToken: 3, perAddress: 6, reserved: 1 },
      { code: "too_many_downloads", what: "downloads go on", retryAfterSeconds: 10 },
      refused("downloads"),
    ),
    eventClients: createPlaces(
      { all: 200, perToken: 150, perAddress: 180, reserved: 20 },
      { code: "too_many_clients", what: "clients follow the events", retryAfterSeconds: 30 },
      refused("events"),
    ),
    // One for each scale that is set up at the moment, and some.
    rawFrameClients: createPlaces(
      { all: 20, perToken: 12, perAddress: 16, reserved: 2 },
      { code: "too_many_clients", what: "clients follow raw frames", retryAfterSeconds: 30 },
      refused("lines"),
    ),
  };
  const registers = [metrics.registry];
  new Gauge({
    name: "prepuff_questions_waiting",
    help: "Lists that people asked for and that wait their turn.",
    registers,
    collect() {
      this.set(shares.questions.waiting);
    },
  });
  new Gauge({
    name: "prepuff_csv_downloads",
    help: "Reports that are downloaded now.",
    registers,
    collect() {
      this.set(shares.downloads.size);
    },
  });
  return shares;
}
