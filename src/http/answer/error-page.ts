import { preferredLanguage, prefersPage } from "./accept.ts";
import { pagePaths } from "./page-paths.ts";
import { plainPage, plainPageHeaders } from "./plain-page.ts";
import { type Problem, problemResponse, scanBagPath } from "./problem.ts";

interface Words {
  /** What happened; what it means, and what to do. By the answer's status; `other` for the rest. */
  readonly problems: Readonly<Record<"401" | "403" | "404" | "503" | "other", readonly [string, string]>>;
  readonly ways: Readonly<Record<"board" | "jobs" | "bags" | "scales" | "attention" | "sign-in", string>>;
}

const words: Readonly<Record<"en" | "es", Words>> = {
  en: {
    problems: {
      401: ["Sign in first", "This can be seen only by people who have signed in."],
      403: ["You don't have permission to see this", "Sign in with another token, or go back."],
      404: ["There is nothing at this address", "It may be mistyped, or out of date. Check it, or go back."],
      503: ["This is not available right now", "Weighing goes on. Load the page again in a minute."],
      other: ["This could not be shown", "Go back and try again. If it happens again, call IT."],
    },
    ways: {
      board: "To the board",
      jobs: "All jobs",
      bags: "All bags",
      scales: "All scales",
      attention: "Attention",
      "sign-in": "Sign in",
    },
  },
  es: {
    problems: {
      401: ["Entre primero", "Esto solo lo ven las personas que han entrado."],
      403: ["No tiene permiso para ver esto", "Entre con otra clave, o vuelva."],
      404: ["En esta dirección no hay nada", "Puede estar mal escrita o ser antigua. Compruébela, o vuelva."],
      503: ["Esto no está disponible ahora", "Se sigue pesando. Cargue la página de nuevo en un minuto."],
      other: ["No se pudo mostrar", "Vuelva e inténtelo de nuevo. Si pasa otra vez, avise a informática."],
    },
    ways: {
      board: "Al tablero",
      jobs: "Todos los trabajos",
      bags: "Todas las bolsas",
      scales: "Todas las básculas",
      attention: "Atención",
      "sign-in": "Entrar",
    },
  },
};

/** An error as a page for a person, or as a problem for a program. */
export function errorAnswer(problem: Problem, path: string, request: Request): Response {
  return wantsPage(request, path) ? errorPage(problem, path, request) : problemResponse(problem, path);
}

/** Whether a person followed or typed an address. Programs, and the board's own scripts, accept anything or JSON. */
function wantsPage(request: Request, path: string): boolean {
  const isRead = request.method === "GET" || request.method === "HEAD";
  return isRead && path !== scanBagPath && prefersPage(request.headers.get("accept"));
}

/** An error for a person: what is wrong in the browser's language, the appliance's message, and links. */
function errorPage(problem: Problem, path: string, request: Request): Response {
  const language = preferredLanguage(request.headers.get("accept-language"));
  const { problems, ways } = words[language];
  const [title, what] = problems[keyOf(problem.status)];
  const links = waysFrom(path, problem.status).map(
    ([way, to], index) => `<li><a href="${to}"${index === 0 ? " autofocus" : ""}>${ways[way]}</a></li>`,
  );
  const main = `<div class="card">
<h1>${title}</h1>
<p>${what}</p>
<p class="quiet" lang="en">${problem.status}: ${Bun.escapeHTML(problem.detail)}</p>
<ul class="ways">${links.join("")}</ul>
</div>`;
  return new Response(plainPage({ title: `${title} – Pre-Puff`, language, main }), {
    status: problem.status,
    headers: {
      ...problem.extras.headers,
      ...plainPageHeaders,
      "cache-control": "no-store",
      vary: "accept, accept-language",
    },
  });
}

/** Pages besides the board's that people bookmark. */
const otherPages = ["/openapi", "/runbooks"];

/**
 * The page that an address with slashes at the end means: `/jobs/` is `/jobs`. Null: no page is meant, or a program
 * asks.
 */
export function pageWithoutSlash(request: Request, path: string): string | null {
  const bare = path.replace(/\/+$/, "");
  if (bare === path || bare === "" || !wantsPage(request, bare)) return null;
  const isPage = [...pagePaths, ...otherPages].some((pattern) =>
    new RegExp(`^${pattern.replace(/:\w+/g, "[\\w-]+")}$`).test(bare),
  );
  return isPage ? bare + new URL(request.url).search : null;
}

function keyOf(status: number): keyof Words["problems"] {
  if (status === 401 || status === 403 || status === 404 || status === 503) return `${status}`;
  return "other";
}

/** The nearest page first. */
function waysFrom(path: string, status: number): (readonly [keyof Words["ways"], string])[] {
  const [, area] = /^\/(?:api\/)?(jobs|bags|scales|attention)\b/i.exec(path) ?? [];
  const near = (["jobs", "bags", "scales", "attention"] as const).find((way) => way === area?.toLowerCase());
  return [
    ...(status === 401 || status === 403 ? [["sign-in", "/sign-in"] as const] : []),
    ...(near === undefined ? [] : [[near, `/${near}`] as const]),
    ["board", "/"],
  ];
}
