import { signal } from "@preact/signals";
import { sound } from "../shared/settings.ts";
import type { Verdict } from "./verdict.ts";

/** Browsers play sound only after the page was touched; true until then. */
export const isSoundBlocked = signal(false);

let context: AudioContext | null = null;

/** Too light is a falling tone, too heavy a rising one, so that they can be distinguished without looking. In Hz. */
const tones: Readonly<Partial<Record<Verdict, readonly number[]>>> = {
  under: [660, 440, 330],
  over: [520, 780, 1040],
  out: [780, 520, 780],
};
const toneSeconds = 0.16;
/** Loud enough for a hall, and below what a small speaker distorts. */
const loudness = 0.5;

/** To be called when the sound is switched on, and once at the start where it was left on. */
export function prepareSound(): void {
  context ??= new AudioContext();
  const made = context;
  const look = () => {
    isSoundBlocked.value = sound.value && made.state !== "running";
  };
  made.onstatechange = look;
  const unlock = () => void made.resume().then(look);
  addEventListener("pointerdown", unlock, { once: true });
  addEventListener("keydown", unlock, { once: true });
  unlock();
  look();
}

/** Sounds for a verdict out of tolerance, where the sound is on. */
export function soundFor(verdict: Verdict): void {
  const notes = tones[verdict];
  if (!sound.value || notes === undefined || context === null || context.state !== "running") return;
  const start = context.currentTime;
  for (const [index, frequency] of notes.entries()) play(context, frequency, start + index * toneSeconds);
}

function play(on: AudioContext, frequency: number, at: number): void {
  const tone = on.createOscillator();
  const volume = on.createGain();
  tone.type = "triangle";
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(loudness, at);
  // Faded out: a tone that is cut off clicks.
  volume.gain.exponentialRampToValueAtTime(0.01, at + toneSeconds);
  tone.connect(volume).connect(on.destination);
  tone.start(at);
  tone.stop(at + toneSeconds);
}
