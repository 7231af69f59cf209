import type { Job } from "../../../records/jobs/job-view.ts";
import { say } from "./texts.ts";

/** A job as one chooses it. */
export function choiceText({ id, company, bags_completed: done, quantity }: Job): string {
  return say("jobChoice", { id, company, done, quantity });
}
