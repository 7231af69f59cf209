import { translator } from "../shared/i18n.ts";

/** What charts say. */
export const t = translator({
  en: {
    of: {
      one: "Run chart of {count} bag, {low} to {high}; target {target}, limits {lower} and {upper}.",
      other:
        "Run chart of the last {count} bags, {low} to {high}; target {target}, limits {lower} and {upper}.",
    },
    empty: "The run chart begins with the job's first bag.",
    bagNumber: "Bag",
    weightIn: "Weight ({unit})",
  },
  es: {
    of: {
      one: "Gráfico de {count} bolsa, de {low} a {high}; objetivo {target}, límites {lower} y {upper}.",
      other:
        "Gráfico de las últimas {count} bolsas, de {low} a {high}; objetivo {target}, límites {lower} y {upper}.",
    },
    empty: "El gráfico empieza con la primera bolsa del trabajo.",
    bagNumber: "Bolsa",
    weightIn: "Peso ({unit})",
  },
});
