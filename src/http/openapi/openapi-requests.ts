/** What an operation is shown and tried with: values that mean something, by the names of its parameters. */
export interface RequestExample {
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A check of scale 1; a test sends that of a check that there is. */
export const exampleCheck = "019ac9d4-5c1e-7000-8a3b-2f1d6c7e9b40";

/**
 * By method and path. Where nothing is said, an operation needs no values. A test sends each to a real appliance that has a
 * bag without a job (1), bags of job 1 (2 to 5), planned jobs (2 to 4), a released job (6), product 1, scale 1 on a connection, and a token.
 */
export const requestExamples: Readonly<Record<string, RequestExample>> = {
  "POST /api/session": { body: { token: "pp_the-token-of-this-browser" } },
  "PATCH /api/scales/{id}": {
    parameters: { id: 1 },
    body: { name: "Scale at the silo", station: "Station 1" },
  },
  "DELETE /api/scales/{id}": { parameters: { id: 1 } },
  "POST /api/scales/{id}/keys/{key}": { parameters: { id: 1, key: "zero" } },
  "GET /api/scales/{id}/checking": { parameters: { id: 1 } },
  "PUT /api/scales/{id}/checking": {
    parameters: { id: 1 },
    body: {
      division: "0.02",
      unit: "lb",
      class: "hb44-iii",
      weights: [{ name: "50 lb", weight: "50", unit: "lb" }],
      every: "shift",
      calibrated_on: "2026-03-02",
      calibration_due: "2027-03-02",
      document: "Certificate 4711, in the folder of the laboratory",
    },
  },
  "DELETE /api/scales/{id}/checking": { parameters: { id: 1 } },
  "GET /api/scales/{id}/checks": { parameters: { id: 1, limit: 20 } },
  "POST /api/scales/{id}/checks": { parameters: { id: 1 }, body: { weight: "50 lb" } },
  "GET /api/scales/{id}/checks/{uid}": { parameters: { id: 1, uid: exampleCheck } },
  "DELETE /api/scales/{id}/checks/{uid}": { parameters: { id: 1, uid: exampleCheck } },
  "POST /api/sources": {
    body: {
      name: "Old indicator",
      connection: { kind: "listen", from: ["192.168.7.21"] },
      dialect: "sma",
      scale: 21,
      station: "Station 2",
    },
  },
  "POST /api/sources/trial": {
    body: { source: null, dialect: "format", format: "{A.1.1},{T.GWT.1[W5]} {T.UNIT.1}#CR#LF" },
  },
  "PUT /api/sources/{name}": {
    parameters: { name: "Old indicator" },
    body: {
      name: "Old indicator",
      connection: { kind: "listen", from: ["192.168.7.21"] },
      dialect: "sma",
      scale: 21,
      station: "Station 2",
      enabled: false,
    },
  },
  "DELETE /api/sources/{name}": { parameters: { name: "Old indicator" } },
  "DELETE /api/connections/{id}": { parameters: { id: 1 } },
  "GET /api/connections/{id}/identify": { parameters: { id: 1 } },
  "GET /api/connections/{id}/lines": { parameters: { id: 1 } },
  "GET /api/scales/{id}/lines": { parameters: { id: 1 } },
  "GET /api/captures": { parameters: { address: "192.168.7.21", seconds: 1 } },
  "GET /api/jobs": { parameters: { limit: 20, status: "active", station: "Station 1" } },
  "POST /api/jobs": {
    body: {
      company: "Shelter",
      station: "Station 2",
      target_weight: "50",
      quantity: 40,
      tolerance_percent: "10",
      started_by: "Maria",
    },
  },
  "GET /api/jobs/{id}": { parameters: { id: 1 } },
  "PATCH /api/jobs/{id}": {
    parameters: { id: 1 },
    body: { quantity: 120, lot: "R-2291", reason: "20 bags more were ordered" },
  },
  "DELETE /api/jobs/{id}": { parameters: { id: 4 } },
  "GET /api/jobs/{id}/history": { parameters: { id: 1 } },
  "GET /api/jobs/{id}/releases": { parameters: { id: 6 } },
  "POST /api/jobs/{id}/releases": { parameters: { id: 6 }, body: { meaning: "approved", bags: 2 } },
  "POST /api/jobs/{id}/start": { parameters: { id: 2 }, body: { started_by: "Maria" } },
  "POST /api/jobs/{id}/move": { parameters: { id: 3 }, body: { place: 1 } },
  "POST /api/jobs/{id}/repeat": { parameters: { id: 1 }, body: { status: "planned" } },
  "POST /api/stations/{name}/jobless-seen": { parameters: { name: "Station 2" } },
  "PATCH /api/stations/{name}": {
    parameters: { name: "Station 1" },
    body: { next_job_begins: "by_itself" },
  },
  "GET /api/products": { parameters: { retired: "false" } },
  "POST /api/products": {
    body: {
      name: "EPS 15, 50 lb",
      target_weight: "50",
      tolerance_percent: "2.5",
      quantity: 100,
      unit: "lb",
      price_per_lb: "1.12",
      bag_volume: "45.5",
      note: "double liner",
    },
  },
  "PATCH /api/products/{id}": { parameters: { id: 1 }, body: { price_per_lb: "1.15" } },
  "GET /api/products/{id}/quality": { parameters: { id: 1 } },
  "PUT /api/products/{id}/quality": {
    parameters: { id: 1 },
    body: {
      label_rule: "eu",
      label_quantity: "40",
      unit: "lb",
      upper: "41.5",
      chart_rules: ["nelson1", "we4"],
    },
  },
  "POST /api/products/import": {
    body: { csv: "name,target_weight,tolerance_percent,quantity\nEPS 20 50 lb,50,2.5,80\n" },
  },
  "GET /api/jobs/{id}/statistics": { parameters: { id: 1 } },
  "GET /api/jobs/{id}/bags.csv": { parameters: { id: 1 } },
  "POST /api/jobs/{id}/complete": { parameters: { id: 1 } },
  "POST /api/jobs/{id}/cancel": { parameters: { id: 2 } },
  "GET /api/companies": { parameters: { q: "shel" } },
  "GET /api/bags": { parameters: { limit: 20, station: "Station 1", from: "2026-01-01T00:00:00Z" } },
  "POST /api/bags": {
    parameters: { "idempotency-key": "tablet-2-1764403200" },
    body: { station: "Station 1", scale: 1, weight: "50.15", unit: "lb", note: "the scale did not print" },
  },
  "GET /api/bags.csv": { parameters: { station: "Station 1", from: "2026-01-01T00:00:00Z" } },
  "GET /api/bags/{id}": { parameters: { id: 2 } },
  "POST /api/bags/{id}/void": { parameters: { id: 2 }, body: { code: "torn" } },
  "POST /api/bags/{id}/unvoid": { parameters: { id: 2 } },
  "POST /api/bags/{id}/assign": { parameters: { id: 1 }, body: { job_id: 1 } },
  "POST /api/jobs/{id}/assign": {
    parameters: { id: 1 },
    body: { from: "2026-11-23T06:00:00Z", to: "2026-11-23T14:00:00Z" },
  },
  "POST /api/findings/snooze": { body: { check: "bags held back", until: null } },
  "POST /api/prepuff/scan_bag": { body: { weight: "50.25", unit: "lb", scale: 1, station: "Station 1" } },
  "GET /api/quality/chart": { parameters: { job: 1, chart: "i_mr", explain: "true" } },
  "GET /api/quality/signals": { parameters: { open: "true", station: "Station 5" } },
  "POST /api/quality/signals/{id}/acknowledge": {
    parameters: { id: 1 },
    body: { cause: "filler gate worn", action: "gate adjusted", name: "Ann" },
  },
  "GET /api/quality/scales": { parameters: { station: "Station 1" } },
  "POST /api/quality/rebuild": { body: { check: true } },
  "POST /api/quality/references": {
    body: { name: "November, after the new valve", job: 1, chart: "xbar_r", size: 2 },
  },
  "DELETE /api/quality/references/{id}": { parameters: { id: 1 } },
  "GET /api/quality/capability": { parameters: { job: 1, within: "mr" } },
  "GET /api/quality/limits": { parameters: { job: 1, rule: "eu", quantity: "50", unit: "lb" } },
  "GET /api/reports": { parameters: { period: "day", group: "company" } },
  "GET /api/reports.csv": { parameters: { period: "week", group: "company", locale: "es-MX", unit: "kg" } },
  "GET /api/reports.xlsx": { parameters: { period: "week", locale: "en-US" } },
  "POST /api/report-mails": {
    body: { period: "shift", recipients: ["manager@plant.example"], language: "en", unit: "lb" },
  },
  "DELETE /api/report-mails/{id}": { parameters: { id: 1 } },
  "PUT /api/shifts": {
    body: {
      time_zone: "America/Chicago",
      day_starts: "06:00",
      week_starts: 1,
      standstill_minutes: 10,
      currency: "USD",
      shifts: [
        { name: "Day", starts: "06:00", ends: "18:00", days: [1, 2, 3, 4, 5] },
        { name: "Night", starts: "18:00", ends: "06:00", days: [1, 2, 3, 4, 5] },
      ],
    },
  },
  "GET /api/deliveries": { parameters: { limit: 20, state: "parked" } },
  "POST /api/deliveries/retry": { body: { ids: [3] } },
  "POST /api/deliveries/discard": { body: { ids: [4], reason: "entered in the web application by hand" } },
  "GET /api/rejected": { parameters: { limit: 20, reason: "unknown_unit" } },
  "GET /api/rejected/reasons": { parameters: { from: "2026-01-01T00:00:00Z" } },
  "POST /api/ledger/acknowledge": { body: { reason: "disk of scale server 2 died on 3 May", missing: 3 } },
  "GET /api/tokens": { parameters: { limit: 20, revoked: "false" } },
  "POST /api/tokens": { body: { role: "operator", name: "line 2 tablet" } },
  "PATCH /api/tokens/{id}": { parameters: { id: 1 }, body: { name: "line 3 tablet" } },
  "DELETE /api/tokens/{id}": { parameters: { id: 1 } },
  "POST /api/pairings": { body: { name: "tablet of line 2", station: "Station 2" } },
  "POST /api/session/device": { body: { code: "7KQ2-M9XD" } },
  "POST /api/session/person": { body: { person: 1, pin: "4711" } },
  "GET /api/persons": { parameters: { limit: 20, retired: "false" } },
  "POST /api/persons": { body: { name: "Ann", pin: "4711" } },
  "PATCH /api/persons/{id}": { parameters: { id: 1 }, body: { name: "Anna" } },
  "DELETE /api/persons/{id}": { parameters: { id: 1 } },
  "PUT /api/stations/{name}/person": {
    parameters: { name: "Station 2" },
    body: { person_asked: "each_shift" },
  },
  "GET /api/audit": { parameters: { limit: 20, action: "job.start" } },
};
