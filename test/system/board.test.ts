import { expect, test } from "bun:test";
import { startAppliance } from "../support/appliance.ts";
import { testDatabase } from "../support/postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

test("the program carries the board's pages in itself, wherever it is started", async () => {
  using folder = tempFolder();
  const { url } = await testDatabase({ migrated: false });
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: url });
  const get = (path: string) => appliance.api(path, { token: null });
  const page = await get("/");
  expect(page.headers.get("content-type")).toStartWith("text/html");
  const files = [...(await page.text()).matchAll(/(?:src|href)="(\/board\/[^"]+)"/g)].map(
    ([, path = ""]) => path,
  );
  expect(files).toHaveLength(5);
  for (const file of files) {
    const answer = await get(file);
    expect(answer.status).toBe(200);
    expect((await answer.text()).length).toBeGreaterThan(200);
  }
  expect(await appliance.stop()).toBe(0);
});
