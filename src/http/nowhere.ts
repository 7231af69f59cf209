import { errorAnswer, pageWithoutSlash } from "./answer/error-page.ts";
import { notFound, Problem } from "./answer/problem.ts";
import { securityHeaders } from "./answer/security-headers.ts";
import { pathOf } from "./request/address.ts";
import { readBody } from "./request/body.ts";
import { checkRequest } from "./request/request-check.ts";
import { misplacedCode } from "./request/token-place.ts";

/** How much of a path is repeated in an answer. */
const shownMax = 200;

/**
 * The answer for an unknown address; a page's address with a slash too many redirects to the page.
 *
 * @param problem what there is to say of it, before all that is wrong with the request but a token in the wrong place;
 * left out: that, or 404.
 */
export async function answerNowhere(request: Request, problem: Problem | null = null): Promise<Response> {
  const path = pathOf(request.url);
  const page = pageWithoutSlash(request, path);
  if (page !== null)
    return new Response(null, { status: 308, headers: { ...securityHeaders, location: page } });
  const fault = await faultOf(request, path);
  const said = fault?.code === misplacedCode ? fault : (problem ?? fault ?? nothingAt(path));
  const answer = errorAnswer(said, path, request);
  for (const [name, value] of Object.entries(securityHeaders)) {
    // A page has a policy of its own.
    if (!answer.headers.has(name)) answer.headers.set(name, value);
  }
  return answer;
}

function nothingAt(path: string): Problem {
  return notFound(`there is nothing at ${path.slice(0, shownMax)}`);
}

/** In the body of a request to an unknown address only one fault is reported: a token in it. */
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
