// What is said of a bag in each language, on the pages and in the files that offices open.

/** The languages that people read. */
export const languages = ["en", "es"] as const;
export type Language = (typeof languages)[number];

export const verdictWords = {
  en: { in: "In tolerance", under: "Too light", over: "Too heavy", no_job: "Without a job" },
  es: { in: "En tolerancia", under: "Pesa de menos", over: "Pesa de más", no_job: "Sin trabajo" },
} as const;

/** Why bags are void, by code. */
export const voidCodeWords = {
  en: {
    torn: "Torn bag",
    weighed_twice: "Weighed twice",
    test_weight: "Test weight",
    wrong_material: "Wrong material",
    other: "Other",
  },
  es: {
    torn: "Bolsa rota",
    weighed_twice: "Pesada dos veces",
    test_weight: "Peso de prueba",
    wrong_material: "Material equivocado",
    other: "Otro motivo",
  },
} as const;
