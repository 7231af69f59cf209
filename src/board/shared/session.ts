import { computed, signal } from "@preact/signals";
import type { z } from "zod";
import type { sessionSchema } from "../../http/api/session.ts";
import { api, whenSignedOut } from "./api.ts";
import { noteServerTime, now } from "./clock.ts";

export type Session = z.output<typeof sessionSchema>;
type ActingPerson = NonNullable<NonNullable<Session["device"]>["person"]>;

/** What this browser may do; null until the appliance was asked. */
export const session = signal<Session | null>(null);

/** Shows and hides what a role may do; the appliance decides in any case. */
export const isOperator = computed(() => ["operator", "admin"].includes(session.value?.role ?? ""));
export const isAdmin = computed(() => session.value?.role === "admin");

/** The paired device that this browser is; null: none. */
export const device = computed(() => session.value?.device ?? null);

/** Its station wants to know who acts. */
export const isPersonAsked = computed(() => (device.value?.person_asked ?? "never") !== "never");

/** Whoever entered their PIN here, while it is remembered. */
export const actingPerson = computed(() => {
  const person = device.value?.person ?? null;
  return person !== null && Date.parse(person.until) > now.value ? person : null;
});

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

/** @throws ApiProblem 403 for a code that is not in force, 409 where it cannot be paired, 429 after many wrong ones. */
export async function pairDevice(code: string): Promise<void> {
  await api<unknown>("POST", "/api/session/device", { body: { code } });
  await loadSession();
}

/** @throws ApiProblem 403 `wrong_pin`, 429 `pin_locked`. */
export async function enterPin(person: number, pin: string): Promise<void> {
  notePerson(await api<ActingPerson>("POST", "/api/session/person", { body: { person, pin } }));
}

/** The next one enters their own PIN. */
export async function actNoMore(): Promise<void> {
  await api<undefined>("DELETE", "/api/session/person");
  notePerson(null);
}

function notePerson(person: ActingPerson | null): void {
  const { value } = session;
  if (value?.device) session.value = { ...value, device: { ...value.device, person } };
}

export async function signOut(): Promise<void> {
  await api<undefined>("DELETE", "/api/session");
  await loadSession();
}

function note(answer: Session): void {
  noteServerTime(answer.now);
  session.value = answer;
}
