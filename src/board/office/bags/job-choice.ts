import type { Job } from "../../../records/jobs/job-view.ts";
import { say } from "./texts.ts";

/** Whether bags can be assigned to a job. */
export function hasRoom({ status, bags_completed, quantity }: Job): boolean {
  return (status === "active" || status === "completed") && bags_completed < quantity;
}

/** A job as one chooses it. */
export function choiceText({ id, company, bags_completed: done, quantity }: Job): string {
  return say("jobChoice", { id, company, done, quantity });
}
