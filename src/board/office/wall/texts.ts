import { verdictWords } from "../../../weighing/bag-words.ts";
import { translator } from "../../shared/i18n.ts";

/** What the wall says. */
export const say = translator({
  en: {
    none: "No station is known yet. Connect a scale, or start a job.",
    noBag: "No bag yet",
    next: "Next: {company}",
    rate: { one: "{count} in the last hour", other: "{count} in the last hour" },

    ...verdictWords.en,
    noJob: "Without a job",
    out: "Out of tolerance",
    void: "Void",
    kept: "Not judged yet",
    asked: "Not judged yet",
    refused: "Not accepted",
    notTaken: "Not accepted",

    off: "Scale not connected",
    partly_off: {
      one: "{connected} of {count} scale connected",
      other: "{connected} of {count} scales connected",
    },
    still: "No bag for {age}",
    running: "Running",
    complete: "Job complete",
  },
  es: {
    none: "Todavía no se conoce ninguna estación. Conecte una báscula o inicie un trabajo.",
    noBag: "Todavía ninguna bolsa",
    next: "Después: {company}",
    rate: { one: "{count} en la última hora", other: "{count} en la última hora" },

    ...verdictWords.es,
    noJob: "Sin trabajo",
    out: "Fuera de tolerancia",
    void: "Anulada",
    kept: "Sin evaluar",
    asked: "Sin evaluar",
    refused: "No aceptada",
    notTaken: "No aceptada",

    off: "Báscula sin conexión",
    partly_off: {
      one: "{connected} de {count} báscula conectada",
      other: "{connected} de {count} básculas conectadas",
    },
    still: "Sin bolsas desde hace {age}",
    running: "En marcha",
    complete: "Trabajo terminado",
  },
});
