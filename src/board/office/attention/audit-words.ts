import { formatDateTime, formatDecimal } from "../../shared/format.ts";
import { translator } from "../../shared/i18n.ts";

/** What it was done to, by the kind that stands in `job:7`. */
const subject = translator({
  en: {
    bag: "bag {id}",
    job: "job {id}",
    scale: "scale {id}",
    connection: "connection {id}",
    token: "token {id}",
    plant: "the plant",
    source: "source {id}",
    journal: "local store {id}",
    deliveries: "",
  },
  es: {
    bag: "bolsa {id}",
    job: "trabajo {id}",
    scale: "báscula {id}",
    connection: "conexión {id}",
    token: "clave {id}",
    plant: "la planta",
    source: "fuente {id}",
    journal: "almacén local {id}",
    deliveries: "",
  },
});

const field = translator({
  en: {
    acknowledged: "acknowledged",
    alias_of: "counts as scale",
    all: "all",
    bag_ids: "bags",
    bag_num: "bag number",
    bags_completed: "bags weighed",
    company: "company",
    currency: "currency",
    day_starts: "day begins",
    delivered: "delivered",
    discarded: "discarded",
    enabled: "accepted",
    ended_at: "ended",
    from: "from",
    in_tolerance: "in tolerance",
    job_complete: "job complete",
    job_id: "job",
    name: "name",
    note: "note",
    parked: "held back",
    pending: "waiting",
    quantity: "bags wanted",
    reason: "reason",
    remote_address: "address",
    role: "role",
    scale: "scale",
    scales: "scales",
    shifts: "shifts",
    standstill_minutes: "standstill in minutes",
    started_by: "started by",
    station: "station",
    status: "status",
    target_weight: "target in lb",
    through: "through",
    time_zone: "time zone",
    tolerance_percent: "tolerance in %",
    unit: "unit",
    voided_at: "voided",
    week_starts: "week begins on day",
    weighed_at: "weighed",
    weight: "weight",
  },
  es: {
    acknowledged: "reconocidas",
    alias_of: "cuenta como la báscula",
    all: "todos",
    bag_ids: "bolsas",
    bag_num: "número de bolsa",
    bags_completed: "bolsas pesadas",
    company: "empresa",
    currency: "moneda",
    day_starts: "el día empieza",
    delivered: "entregadas",
    discarded: "descartadas",
    enabled: "se acepta",
    ended_at: "fin",
    from: "desde",
    in_tolerance: "en tolerancia",
    job_complete: "trabajo terminado",
    job_id: "trabajo",
    name: "nombre",
    note: "nota",
    parked: "retenidas",
    pending: "en espera",
    quantity: "bolsas pedidas",
    reason: "motivo",
    remote_address: "dirección",
    role: "rol",
    scale: "báscula",
    scales: "básculas",
    shifts: "turnos",
    standstill_minutes: "parada en minutos",
    started_by: "iniciado por",
    station: "estación",
    status: "estado",
    target_weight: "objetivo en lb",
    through: "hasta",
    time_zone: "zona horaria",
    tolerance_percent: "tolerancia en %",
    unit: "unidad",
    voided_at: "anulada",
    week_starts: "la semana empieza el día",
    weighed_at: "pesada",
    weight: "peso",
  },
});

const value = translator({
  en: {
    true: "yes",
    false: "no",
    active: "running",
    completed: "completed",
    cancelled: "cancelled",
    viewer: "viewer",
    operator: "operator",
    admin: "admin",
    ingest: "ingest",
  },
  es: {
    true: "sí",
    false: "no",
    active: "en curso",
    completed: "terminado",
    cancelled: "cancelado",
    viewer: "lectura",
    operator: "operario",
    admin: "administrador",
    ingest: "envío",
  },
});

/** `job:7` for people. */
export function subjectText(given: string): string {
  const [kind = ""] = given.split(":", 1);
  const id = given.slice(kind.length + 1);
  return subject.has(kind) ? subject(kind, { id }) : given;
}

const numbersThatAreNames = new Set([
  "alias_of",
  "bag_ids",
  "company",
  "from",
  "job_id",
  "name",
  "note",
  "reason",
  "scale",
  "scales",
  "started_by",
  "station",
  "through",
]);

/** The names of the trail for people; what has none is shown as it is. */
export const auditWords = {
  field: (name: string) => (field.has(name) ? field(name) : name),
  value: (text: string, name: string) => {
    if (value.has(text)) return value(text);
    if (!numbersThatAreNames.has(name) && /^-?\d{1,15}(\.\d+)?$/.test(text)) return formatDecimal(text);
    return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? formatDateTime(text) : text;
  },
};
