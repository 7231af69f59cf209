import { pathOf } from "./address.ts";
import { readBody } from "./body.ts";
import { notFound, Problem, problemResponse } from "./problem.ts";
import { checkRequest } from "./request-check.ts";
import { securityHeaders } from "./security-headers.ts";
import { misplacedCode } from "./token-place.ts";

/** Of a path that is told back. */
const shownMax = 200;

/**
 * The answer of an address that nothing is at.
 *
 * @param problem what there is to say of it; left out: 404.
 */
export async function answerNowhere(request: Request, problem: Problem | null = null): Promise<Response> {
  const path = pathOf(request.url);
  const said = problem ?? notFound(`there is nothing at ${path.slice(0, shownMax)}`);
  const answer = problemResponse((await faultOf(request, path)) ?? said, path);
  for (const [name, value] of Object.entries(securityHeaders)) answer.headers.set(name, value);
  return answer;
}

/** Of a body that is meant for nobody only one thing is told: that a token is in it. */
async function faultOf(request: Request, path: string): Promise<Problem | null> {
  try {
    checkRequest(request);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  try {
    await readBody(request, { path, media: ["json", "form"] });
  } catch (error) {
    if (error instanceof Problem) return error.code === misplacedCode ? error : null;
    throw error;
  }
  return null;
}
