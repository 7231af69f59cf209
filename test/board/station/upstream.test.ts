import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { chromiumPath } from "../../support/browser.ts";
import { type FakeUpstream, startFakeUpstream, success } from "../../support/fake-upstream.ts";
import { type Floor, fills, isSound, shows, startFloor } from "./floor.ts";

let upstream: FakeUpstream;
let floor: Floor;

describe.skipIf(chromiumPath === null)(
  "the operator's board where the web application keeps the jobs",
  () => {
    beforeAll(async () => {
      upstream = startFakeUpstream();
      floor = await startFloor({ PREPUFF_UPSTREAM_URL: upstream.url, PREPUFF_JOBS: "upstream" });
    });
    afterAll(async () => {
      await floor?.[Symbol.asyncDispose]();
      await upstream?.stop();
    });
    afterEach(() => upstream.answer());

    test("shows the weight at once, and what the web application says as soon as it has said it", async () => {
      const station = floor.station();
      const answers = Promise.withResolvers<void>();
      upstream.answer(async ({ form }) => {
        await answers.promise;
        const isIn = Number(form.weight) < 55;
        return success({ bag_id: 1, bag_num: isIn ? 7 : 8, in_tolerance: isIn, job_complete: !isIn });
      });
      using scale = await station.connect();
      await using reader = await station.open();
      const { page } = reader;
      await shows(page, "Jobs are in the web application");
      await shows(page, "No answer yet");
      await scale.send(`${station.scale},50.10 lb\r\n`);
      await fills(page, "asked", "50.10", "Waiting for the answer", "The web application judges it.");
      await shows(page, "1 bag waits for its answer");
      expect(await page.getByRole("button", { name: /job|Assign/i }).count()).toBe(0);
      await isSound(reader);
      answers.resolve();
      await fills(page, "in", "50.10", "In tolerance", "Bag 7");
      await scale.send(`${station.scale},60.00 lb\r\n`);
      await fills(page, "out", "60.00", "Out of tolerance", "Bag 8");
      await shows(page, "✓ Job complete");
      await shows(page, "Start the next one there.");
      expect(await page.locator(".last-bags .chip-number").allTextContents()).toEqual(["8", "7"]);
      await isSound(reader);
    });

    test("names what the web application did not take, and why", async () => {
      const station = floor.station();
      upstream.answer(() => Response.json({ success: false, error: "no active job" }, { status: 409 }));
      using scale = await station.connect();
      await using reader = await station.open({ locale: "es" });
      const { page } = reader;
      await scale.send(`${station.scale},50.10 lb\r\n`);
      await fills(page, "refused", "50,10", "No aceptada", "no active job");
      await shows(page, "1 bolsa no fue aceptada");
      await isSound(reader);
    });
  },
);
