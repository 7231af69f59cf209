import { computed, signal } from "@preact/signals";
import type { z } from "zod";
import type { sessionSchema } from "../../http/api/session.ts";
import { api, whenSignedOut } from "./api.ts";
import { noteServerTime } from "./clock.ts";

export type Session = z.output<typeof sessionSchema>;

/** What this browser may do; null until the appliance was asked. */
export const session = signal<Session | null>(null);

/** Shows and hides what a role may do; the appliance decides in any case. */
export const isOperator = computed(() => ["operator", "admin"].includes(session.value?.role ?? ""));
export const isAdmin = computed(() => session.value?.role === "admin");

/** Jobs are kept in the web application: its verdicts count, and none is started here. */
export const areJobsUpstream = computed(() => session.value?.jobs === "upstream");

whenSignedOut(() => void loadSession().catch(() => undefined));

/** @throws NotReached, ApiProblem. */
export async function loadSession(): Promise<void> {
  note(await api<Session>("GET", "/api/session"));
}

/** @throws ApiProblem 401 for a wrong token, 403 for one that no person signs in with, 429 after many wrong ones. */
export async function signIn(token: string): Promise<void> {
  note(await api<Session>("POST", "/api/session", { body: { token } }));
}

export async function signOut(): Promise<void> {
  await api<undefined>("DELETE", "/api/session");
  await loadSession();
}

function note(answer: Session): void {
  noteServerTime(answer.now);
  session.value = answer;
}
