import type { Bag } from "../../records/bags/bag-view.ts";
import { voidCodeWords } from "../../weighing/bag-words.ts";
import { translator } from "./i18n.ts";

/** Why bags are void, by code. */
export const codeText = translator(voidCodeWords);

/** What is said where a bag is voided. */
export const voidText = translator({
  en: {
    title: "Void the bag of {weight}?",
    what: "Weighed at {time}. It no longer counts. It is not deleted, and the void can be taken back.",
    why: "Why",
    words: "In your words (optional)",
    missing: "Choose why.",
    missingWords: "Say in your words why.",
    deed: "Void this bag",
    keep: "Keep the bag",
  },
  es: {
    title: "¿Anular la bolsa de {weight}?",
    what: "Pesada a las {time}. Deja de contar. No se borra, y la anulación se puede deshacer.",
    why: "Motivo",
    words: "Con sus palabras (opcional)",
    missing: "Elija el motivo.",
    missingWords: "Diga el motivo con sus palabras.",
    deed: "Anular esta bolsa",
    keep: "Conservar la bolsa",
  },
});

/** Why a bag is void, in the reader's language, with the words of whoever voided it. */
export function voidWhy({ void_code, void_reason }: Pick<Bag, "void_code" | "void_reason">): string {
  const code =
    void_code === null || (void_code === "other" && void_reason !== null) ? null : codeText(void_code);
  return [code, void_reason].filter((part) => part !== null).join(": ");
}
