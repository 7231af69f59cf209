import { expect, test } from "bun:test";
import type { Drill } from "../setting.ts";

/** As people near Chicago read them. */
const times = /\d{4}-\d\d-\d\d \d\d:\d\d C[SD]T/g;

/** Each container stops in turn. */
export function outageSteps({ stack, plant, people, figures }: Drill): void {
  test("Postgres stops: weighing goes on, DatabaseDown fires, people are told, and nothing is lost", async () => {
    await plant.stop("postgres");
    await plant.weigh(50);
    await expect(stack.compose("exec", "-T", "backup", "backup", "now")).rejects.toThrow("psql: error");
    await plant.untilAlert("DatabaseDown", true);
    await plant.weigh(50);
    await plant.start("postgres");
    await plant.expectNothingLost();
    // The message comes 10 s after the alert, and the alert holds on for a minute.
    await people.untilTold("DatabaseDown", "firing", "The database is not reachable; weighing goes on");
  });

  test("the appliance stops: ApplianceDown fires, people are told in plain words, also of its end, and nothing is lost", async () => {
    const summary = "The appliance does not answer; bags may not be recorded";
    const stopped = performance.now();
    await plant.stop("prepuff");
    await plant.untilAlert("ApplianceDown", true);
    const mail = await people.untilTold("ApplianceDown", "firing", summary);
    figures.push(`appliance stopped: mail after ${((performance.now() - stopped) / 1000).toFixed(0)} s`);
    expect({ ...mail, text: mail.text.replace(times, "TIME") }).toEqual({
      from: "prepuff@plant.example",
      to: ["shift@plant.example", "it@plant.example"],
      subject: `[NOW] ${summary}`,
      text: `Act now: bags are in danger, or nobody can work.

${summary}
Nothing has been heard from prepuff:8080 for a minute. If it has stopped, the scales have no connection: write the weights down, and call plant IT. While it is down, so is its page of runbooks; the same text is in docs/runbooks.md on its server.
What to do: http://prepuff.plant.example:8080/runbooks#appliance-down
Since TIME

Pre-Puff, http://prepuff.plant.example:8080/`,
      hasHtml: false,
    });

    await plant.start("prepuff");
    await plant.weigh(20);
    await plant.expectNothingLost();
    await plant.untilAlert("ApplianceDown", false);
    const { text } = await people.untilTold("ApplianceDown", "resolved", summary);
    expect(text.replace(times, "TIME")).toStartWith(`Solved: ${summary}\nFrom TIME to TIME\n`);
    await plant.untilAlert("DatabaseDown", false);
  });

  const others = ["backup", "alertmanager", "prometheus"] as const;
  for (const service of others) {
    test(`${service} stops: weighing and recording do not notice`, async () => {
      await plant.stop(service);
      await plant.weigh(20);
      await plant.expectNothingLost();
      await stack.compose("start", service);
      await plant.weigh(20);
      await plant.expectNothingLost();
    });
  }

  test("they are all healthy again", async () => {
    await stack.compose("up", "--detach", "--wait", "--no-deps", ...others);
  });
}
