import { computed, signal } from "@preact/signals";
import { api, whenSignedOut } from "./api.ts";
import { noteServerTime } from "./clock.ts";

export interface Session {
  readonly role: "viewer" | "operator" | "admin" | null;
  readonly actor: string | null;
  readonly board_public: boolean;
  readonly version: string;
  readonly now?: string;
  readonly stations?: readonly string[];
  readonly default_station?: string;
  readonly tolerance_percent?: string;
  readonly repeat_window_ms?: number;
  readonly silent_after_s?: number;
  readonly forwarding?: boolean;
}

/** What this browser may do; null until the appliance was asked. */
export const session = signal<Session | null>(null);

/** Shows and hides what a role may do; the appliance decides in any case. */
export const isOperator = computed(() => ["operator", "admin"].includes(session.value?.role ?? ""));
export const isAdmin = computed(() => session.value?.role === "admin");

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
  if (answer.now !== undefined) noteServerTime(answer.now);
  session.value = answer;
}
