import type { TestRequest } from "./http.ts";

interface Asked {
  request(method: string, path: string, options?: TestRequest): Promise<Response>;
}

/** Signs in and gives what the browser would send from then on: a `Cookie` header. @throws where it is refused. */
export async function sessionOf(app: Asked, token: string): Promise<string> {
  const answer = await app.request("POST", "/api/session", { token: null, body: { token } });
  if (answer.status !== 200) throw new Error(`signing in: ${answer.status} ${await answer.text()}`);
  return cookieOf(answer);
}

/** The `Cookie` header after this answer. @throws where it sets none. */
export function cookieOf(answer: Response): string {
  const [pair] = answer.headers.getSetCookie().map((each) => each.split(";")[0]);
  if (pair === undefined) throw new Error("no cookie was set");
  return pair;
}
