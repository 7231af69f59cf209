import { computed, effect, signal } from "@preact/signals";

/** What a reader chose on this device; kept by the browser. Never anything secret. */
export type Language = "en" | "es";
export type WeightUnit = "lb" | "kg";
export type Theme = "auto" | "light" | "dark";

const storageKey = "prepuff";
const kept = readKept();

/** Chosen by the browser's languages until the reader chooses. */
export const language = signal<Language>(oneOf(kept.language, ["en", "es"]) ?? browserLanguage());
export const weightUnit = signal<WeightUnit>(oneOf(kept.weightUnit, ["lb", "kg"]) ?? "lb");
/** Set by the page of a job whose product says it; null: there is none. */
export const jobUnit = signal<WeightUnit | null>(null);
/** What weights are shown in. */
export const shownUnit = computed(() => jobUnit.value ?? weightUnit.value);
export const theme = signal<Theme>(oneOf(kept.theme, ["auto", "light", "dark"]) ?? "auto");
/** Whether a bag out of tolerance makes a sound. */
export const sound = signal(kept.sound === true);
/** The station of this screen; null until one was chosen. */
export const keptStation = signal(typeof kept.station === "string" ? kept.station : null);
/** Who started the last job here: it is mostly the same person again. */
export const keptName = signal(typeof kept.name === "string" ? kept.name : "");

effect(() => {
  const now = {
    language: language.value,
    weightUnit: weightUnit.value,
    theme: theme.value,
    sound: sound.value,
    station: keptStation.value,
    name: keptName.value,
  };
  try {
    localStorage.setItem(storageKey, JSON.stringify(now));
  } catch {
    // A browser that keeps nothing (a private window, a full disk): the choice holds until the page goes.
  }
});

effect(() => {
  document.documentElement.lang = language.value;
  if (theme.value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});

function readKept(): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function oneOf<const T>(value: unknown, all: readonly T[]): T | undefined {
  return all.find((each) => each === value);
}

function browserLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
  return wanted.find((each) => each === "en" || each === "es") === "es" ? "es" : "en";
}
