import { applianceChecks, frameChecks } from "./appliance.ts";
import type { Check } from "./check.ts";
import { clockChecks } from "./clock.ts";
import { databaseChecks } from "./database.ts";
import { deliveryChecks } from "./deliveries.ts";
import { fallbackChecks } from "./fallback.ts";
import { logChecks } from "./log.ts";
import { machineChecks } from "./machine.ts";
import { rejectedChecks } from "./rejected.ts";
import { reportMailChecks } from "./report-mails.ts";
import { scaleCheckChecks } from "./scale-checks.ts";
import { scaleChecks } from "./scales.ts";
import { signalChecks } from "./signals.ts";
import { upstreamChecks } from "./upstream.ts";

/** Every check in the order of the report, which is the way of a bag; before them comes the configuration. */
export const checks: readonly Check[] = [
  ...applianceChecks,
  ...machineChecks,
  ...scaleChecks,
  ...scaleCheckChecks,
  ...signalChecks,
  ...rejectedChecks,
  ...frameChecks,
  ...logChecks,
  ...databaseChecks,
  ...fallbackChecks,
  ...upstreamChecks,
  ...deliveryChecks,
  ...reportMailChecks,
  ...clockChecks,
];
