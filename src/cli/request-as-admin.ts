import { problemSchema } from "../http/answer/problem.ts";
import { errorCodeOrMessage } from "../runtime/error-message.ts";
import { configuredUrls, type RequestOptions, request } from "./appliance-api.ts";
import type { Io } from "./io.ts";

const timeoutMs = 20_000;

/**
 * Asks the running appliance with its admin token.
 *
 * @param url of the appliance; left out: as configured.
 * @returns the answer's JSON; null where it has none.
 * @throws in plain words if nothing answers, or the appliance refuses.
 */
export async function requestAsAdmin(
  io: Io,
  adminToken: string,
  url: URL | undefined,
  path: string,
  asked: RequestOptions = {},
): Promise<unknown> {
  const urls = url === undefined ? await configuredUrls(io, path) : [new URL(path, url)];
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
  let unreached = "there is no address to ask";
  for (const each of urls) {
    try {
      return read(await request(each, AbortSignal.timeout(timeoutMs), { ...asked, headers }));
    } catch (error) {
      if (error instanceof Refused) throw error;
      unreached = `the appliance at ${each.origin} cannot be reached (${errorCodeOrMessage(error)}): is it running?`;
    }
  }
  throw new Error(unreached);
}

class Refused extends Error {}

/** @throws Refused with what the appliance says. */
function read({ status, body }: { readonly status: number; readonly body: string }): unknown {
  if (status === 204) return null;
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    throw new Refused(`the appliance answered ${status}, and not with JSON: is it the right address?`);
  }
  if (status < 300) return answer;
  const problem = problemSchema.safeParse(answer);
  throw new Refused(`the appliance answered ${status}${problem.success ? `: ${problem.data.detail}` : ""}`);
}
