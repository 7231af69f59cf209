import { translator } from "../../shared/i18n.ts";

/** What the verification of the records says. */
export const say = translator({
  en: {
    records: "Records",
    about:
      "Every event, job, correction, check and release is linked to the one before it. This checks whether any of them was changed, removed or put in past the appliance.",
    printed: "Compare with a printed line Records, such as 1234:ab12… (optional)",
    verify: "Verify",
    sound: {
      one: "The {count} record is what it was.",
      other: "All {count} records are what they were.",
    },
    soFar: { one: "{count} record looked at …", other: "{count} records looked at …" },
    printedHolds: "What was printed is still there.",
    ends: "They end at",
    found: { one: "{count} record is not what it was.", other: "{count} records are not what they were." },
    callIt:
      "Somebody changed the database past the appliance. Keep it as it is, and tell whoever is responsible for quality.",
    first: "First:",

    audit: "event {id}",
    job: "job {id}",
    bag: "bag {id}",
    check: "scale check {id}",
    release: "release {id}",

    changed: "{thing} was changed.",
    removed: "{thing} was removed.",
    put_in: "{thing} was put in, or changed, and has no link.",
    no_event: "{thing} was changed, and no event tells of it.",
    bags_changed: "{thing}: bags of its job are not what they were.",
    link_changed: "{thing}: its link does not follow from the one before.",
    links_removed: "Links {from} to {to} were removed.",
    cut_off:
      "The records end before number {from}, which was there: an older backup was restored, or their end was removed.",
    other_head: "Record {from} is not the one that was printed: it or some before it were made again.",

    linked: "Recorded on {when}, number {id}.",
    itSays: "It now says: {when}, {who}, {what} ({subject}).",
    lastEvent: "Last event: {when}, {who}, {what} ({subject}).",
  },
  es: {
    records: "Registros",
    about:
      "Cada suceso, trabajo, corrección, verificación y liberación está enlazado con el anterior. Esto comprueba si alguno se cambió, se quitó o se introdujo sin pasar por el equipo.",
    printed: "Comparar con una línea Registros impresa, por ejemplo 1234:ab12… (opcional)",
    verify: "Comprobar",
    sound: {
      one: "El {count} registro está como estaba.",
      other: "Los {count} registros están como estaban.",
    },
    soFar: { one: "{count} registro comprobado …", other: "{count} registros comprobados …" },
    printedHolds: "Lo que se imprimió sigue ahí.",
    ends: "Terminan en",
    found: {
      one: "{count} registro no está como estaba.",
      other: "{count} registros no están como estaban.",
    },
    callIt:
      "Alguien cambió la base de datos sin pasar por el equipo. Déjela como está y avise a quien responde de la calidad.",
    first: "Primero:",

    audit: "suceso {id}",
    job: "trabajo {id}",
    bag: "bolsa {id}",
    check: "verificación de báscula {id}",
    release: "liberación {id}",

    changed: "{thing}: se cambió.",
    removed: "{thing}: se quitó.",
    put_in: "{thing}: se introdujo o se cambió, y no tiene enlace.",
    no_event: "{thing}: se cambió, y ningún suceso lo cuenta.",
    bags_changed: "{thing}: las bolsas de su trabajo no están como estaban.",
    link_changed: "{thing}: su enlace no sigue al anterior.",
    links_removed: "Se quitaron los enlaces {from} a {to}.",
    cut_off:
      "Los registros terminan antes del número {from}, que estaba ahí: se restauró una copia más antigua, o se quitó su final.",
    other_head: "El registro {from} no es el que se imprimió: ese o algunos anteriores se hicieron de nuevo.",

    linked: "Registrado el {when}, número {id}.",
    itSays: "Ahora dice: {when}, {who}, {what} ({subject}).",
    lastEvent: "Último suceso: {when}, {who}, {what} ({subject}).",
  },
});
