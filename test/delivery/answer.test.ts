import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Answer, createRedact, judge } from "../../src/delivery/answer.ts";

const token = 'plant/7+key=="<&>';
const redact = createRedact([token]);

function answer(status: number, body = "", changes: Partial<Answer> = {}): Answer {
  return { status, statusText: "", retryAfter: null, location: null, body, ...changes };
}

function kindOf(status: number, body = ""): string {
  const outcome = judge(answer(status, body), redact, 0);
  return outcome.kind === "parked" ? `parked, ${outcome.retryable ? "again" : "for a person"}` : outcome.kind;
}

const taken = '{"success":true,"bag_id":12345,"bag_num":47,"in_tolerance":true,"job_complete":false}';

describe("what an answer means", () => {
  test("2xx with success: delivered, with what the upstream said", () => {
    expect(judge(answer(200, taken), redact, 0)).toEqual({
      kind: "delivered",
      status: 200,
      bagId: 12345,
      bagNum: 47,
      inTolerance: true,
      jobComplete: false,
    });
    expect(kindOf(201, taken)).toBe("delivered");
  });

  test("fields that are absent or odd are null, and the bag is delivered all the same", () => {
    const nothing = { bagId: null, bagNum: null, inTolerance: null, jobComplete: null };
    for (const fields of [
      {},
      { bag_id: null, bag_num: -1, in_tolerance: "maybe", job_complete: 2 },
      { bag_id: 1.5, bag_num: 2_147_483_648, in_tolerance: null, job_complete: [] },
      { bag_id: "12a", bag_num: 1e300, in_tolerance: {}, job_complete: "" },
    ]) {
      const outcome = judge(answer(200, JSON.stringify({ success: true, ...fields })), redact, 0);
      expect(outcome).toEqual({ kind: "delivered", status: 200, ...nothing });
    }
  });

  test("numbers as PHP's database drivers print them are understood", () => {
    const body = '{"success":true,"bag_id":"12345","bag_num":"47","in_tolerance":1,"job_complete":0}';
    expect(judge(answer(200, body), redact, 0)).toMatchObject({
      bagId: 12345,
      bagNum: 47,
      inTolerance: true,
      jobComplete: false,
    });
  });

  const warning =
    "<br />\n<b>Warning</b>: Undefined variable {$x} in <b>/var/www/a.php</b> on line <b>3</b><br />\n";
  const profiler =
    '<div id="profiler"><style>a{b:c}</style><script>var x = {"success":false};</script></div></html>';
  test.each([
    ["text_around", warning + taken],
    ["text_around", `Notice: Undefined index: a in /x.php on line 3\n${taken}`],
    ["text_around", `${taken}\n<!-- 0.03 s -->`],
    ["text_around", `<!-- {"success":false} -->${taken}`],
    ["text_around", `\ufeff${taken}`],
    ["text_around", taken + profiler],
    ["text_around", `<pre>{not json}</pre>${taken}`],
    ["text_around", `callback(${taken});`],
    ["text_around", JSON.stringify(taken)],
    ["text_around", `[${taken}]`],
    ["several", taken + taken],
    ["several", `${warning}${taken}\n${taken}`],
    ["success_type", taken.replace("true", "1")],
    ["success_type", taken.replace("true", '"1"')],
    ["success_type", taken.replace("true", '"true"')],
    ["success_type", taken.replace("true", '"TRUE"')],
  ])("where the body says success it is delivered, and what is odd is named: %s, %j", (oddity, body) => {
    const outcome = judge(answer(200, body), redact, 0);
    expect(outcome).toMatchObject({ kind: "delivered", bagId: 12345, bagNum: 47, odd: { oddity } });
    expect(outcome.kind === "delivered" && outcome.odd?.excerpt).toStartWith("200: ");
  });

  test("white space around the JSON is part of JSON", () => {
    expect(judge(answer(200, `\r\n ${taken}\n\n`), redact, 0)).not.toHaveProperty("odd");
  });

  test.each([
    '{"success":0}',
    '{"success":"0"}',
    '{"success":"false"}',
    '{"success":false}{"success":false}',
    `${warning}{"success":false,"error":"scale unknown"}`,
  ])("where the body says no it is held back for a person: %j", (body) => {
    expect(kindOf(200, body)).toBe("parked, for a person");
  });

  test.each([
    [200, "", 5],
    [204, "", 5],
    [200, "OK", 5],
    [200, '{"success":true,"bag_id":123', 5],
    [200, '{"success":null}', 5],
    [200, '{"success":2}', 5],
    [200, '{"success":{}}', 5],
    [200, '{"ok":true}', 5],
    [200, '{"data":{"success":true}}', 5],
    [200, "[true]", 5],
    [200, "null", 5],
    [200, "true", 5],
    [200, '{"success":true}{"success":false}', 5],
    [200, warning, 5],
    [200, `<!-- ${taken} -->`, 5],
    [200, "<!doctype html><title>Log in</title>", 20],
    [200, `<!DOCTYPE HTML>\n<html><script>window.state = ${taken}</script></html>`, 20],
    [200, `<html><body><pre>${taken}</pre></body></html>`, 20],
  ])("%d %j does not say whether the bag was taken: at most %d tries", (status, body, triesMax) => {
    expect(judge(answer(status, body), redact, 0)).toMatchObject({ kind: "retry", status, triesMax });
  });

  test("an answer of braces and quotes alone costs no time", () => {
    // Of the processor, in microseconds: what else the machine does is not counted.
    const began = process.cpuUsage();
    for (const unit of ["{", '{"', '{"success":', "<!--", "<script", '"\\']) {
      judge(answer(200, unit.repeat(65_536 / unit.length)), redact, 0);
    }
    expect(process.cpuUsage(began).user).toBeLessThan(5_000_000);
  });

  test("success: false is parked for a person, with the answer", () => {
    expect(judge(answer(200, '{"success":false,"error":"scale unknown"}'), redact, 0)).toEqual({
      kind: "parked",
      status: 200,
      reason: '200: {"success":false,"error":"scale unknown"}',
      retryable: false,
    });
  });

  test("every status has its place in the table", () => {
    const retried = new Set([408, 425, 429]);
    for (let status = 300; status < 600; status++) {
      let expected = "parked, for a person";
      if (status < 400 || status >= 500 || retried.has(status)) expected = "retry";
      if (status === 401 || status === 403) expected = "unauthorized";
      if (status === 404 || status === 409) expected = "parked, again";
      expect(`${status} ${kindOf(status, taken)}`).toBe(`${status} ${expected}`);
    }
  });

  test("Retry-After is taken from an answer that is tried again", () => {
    const busy = answer(503, "", { retryAfter: "17" });
    expect(judge(busy, redact, 0)).toMatchObject({ kind: "retry", retryAfterMs: 17_000 });
  });
});

describe("the reason that is kept", () => {
  test("has the status, its words, where a redirect points, and the answer's beginning", () => {
    const reason = (it: Answer) => {
      const outcome = judge(it, redact, 0);
      return outcome.kind === "delivered" ? "" : outcome.reason;
    };
    expect(reason(answer(503, "try\r\n\tlater\u0000\u001b[31m", { statusText: "Service Unavailable" }))).toBe(
      "503 Service Unavailable: try later[31m",
    );
    expect(reason(answer(302, "", { statusText: "Found", location: "https://login.example/" }))).toBe(
      "302 Found to https://login.example/",
    );
    expect(reason(answer(500, "", { body: null }))).toBe("500: (answer too long)");
    expect(reason(answer(200, "<html>"))).toBe("not the API's answer: 200: <html>");
    expect(reason(answer(500, "x".repeat(10_000))).length).toBeLessThan(320);
  });

  test("is storable whatever comes: no control characters, no half characters", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 600 }),
        fc.constantFrom(200, 302, 422, 500),
        (body, status) => {
          const outcome = judge(answer(status, body), redact, 0);
          if (outcome.kind === "delivered") return;
          expect(outcome.reason.isWellFormed()).toBe(true);
          expect(outcome.reason).not.toMatch(/\p{Cc}/u);
          expect(outcome.reason).toContain(String(status));
        },
      ),
    );
    const cut = judge(answer(500, `${"x".repeat(294)}😀😀`), redact, 0);
    expect(cut.kind === "retry" && cut.reason.isWellFormed()).toBe(true);
  });

  test("never has the token, however it is echoed", () => {
    const echoes = [
      token,
      JSON.stringify({ got: `Bearer ${token}` }),
      JSON.stringify({ got: token }).replaceAll("/", "\\/"),
      `https://x/?t=${encodeURIComponent(token).toLowerCase()}`,
      Bun.escapeHTML(token),
      token.toUpperCase(),
      `${token.slice(0, 5)}\u0000\u200b${token.slice(5)}`,
      `${"x".repeat(290)}${token}`,
    ];
    for (const echo of echoes) {
      for (const it of [
        answer(500, echo),
        answer(302, "", { location: echo }),
        answer(400, "", { statusText: echo }),
      ]) {
        const outcome = judge(it, redact, 0);
        const reason = outcome.kind === "delivered" ? "" : outcome.reason;
        expect(reason.toLowerCase()).not.toContain("plant");
        expect(reason.toLowerCase()).not.toContain("7+key");
      }
    }
  });
});
