import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Framer, type FramerOutcome } from "../../../src/scale/frames/framer.ts";
import type { PrintedScales } from "../../../src/scale/frames/line-reader.ts";
import { zm405 } from "../../../src/scale/frames/zm405.ts";
import type { DecimalMark } from "../../../src/weighing/reading.ts";
import { reference } from "./reference.ts";
import { anyChunks, anySoup, anyStream, type Below, saying, send } from "./streams.ts";

/** A connection whose outcomes are read as text: `1,45.20 lb`, or `too_long: xxx…`. */
function connection(changes: { decimalMark?: DecimalMark; knows?: number[] } = {}) {
  const { decimalMark = "auto", knows = [] } = changes;
  const outcomes: string[] = [];
  const options = { decimalMark, scales: new Set(knows) };
  const framer = new Framer(zm405, options, (outcome) => outcomes.push(shown(outcome)));
  let now = 0;
  return {
    framer,
    outcomes,
    receives: (bytes: string) => framer.push(Buffer.from(bytes, "latin1"), now),
    isSilent: () => framer.silence(++now),
    receivesSlowly(bytes: string) {
      for (const byte of bytes) {
        framer.push(Buffer.from(byte, "latin1"), now);
        framer.silence(++now);
      }
    },
  };
}

function shown(outcome: FramerOutcome): string {
  switch (outcome.kind) {
    case "frame":
      return outcome.text;
    case "broken":
      return `${outcome.reason}: ${outcome.text}`;
    case "remainder":
      return `remainder of ${outcome.of}: ${outcome.text}`;
  }
}

/** What becomes of segments with silence between them, until all that is held is too old: `bag 1 45.20 lb`, `stale 0001`. */
function becomes(...segments: string[]): string[] {
  const outcomes: string[] = [];
  const options = { decimalMark: "auto", scales: new Set<number>() } as const;
  const framer = new Framer(zm405, options, (outcome) => {
    if (outcome.kind !== "frame")
      outcomes.push(`${outcome.kind === "broken" ? outcome.reason : outcome.kind} ${outcome.text}`);
    else if (outcome.parsed.ok) outcomes.push(saying(outcome));
    else outcomes.push(`${outcome.parsed.reason} ${outcome.text}`);
  });
  segments.forEach((bytes, at) => {
    framer.push(Buffer.from(bytes, "latin1"), at);
    framer.silence(at);
  });
  framer.expire();
  return outcomes;
}

function framesOf(bytes: string): string[] {
  const scale = connection();
  scale.receives(bytes);
  scale.framer.end();
  return scale.outcomes;
}

describe("terminators", () => {
  test.each(["\r", "\n", "\r\n", "\n\r", "\x03", "\x03\r\n", "\x04", "\x17"])(
    "%j ends a frame, and once only",
    (end) => {
      const scale = connection();
      scale.receives(`1,45.20 lb${end}2,46.10 lb${end}`);
      expect(scale.outcomes).toEqual(["1,45.20 lb", "2,46.10 lb"]);
    },
  );

  test("lines with nothing on them are nothing", () => {
    expect(framesOf("\r\n\n \t\0\r\n\x02\x03\r1,45.20 lb\r\n\r\n")).toEqual(["1,45.20 lb"]);
  });

  test("blanks, tabs and NULs around a frame are dropped, those inside stay", () => {
    expect(framesOf("\0\0 \t1,   45.20 lb  \0\r\n")).toEqual(["1,   45.20 lb"]);
  });

  test("three STX frames before one CRLF are three frames", () => {
    expect(framesOf("\x021,45.20 lb\x022,46.10 lb\x023,47.00 lb\r\n")).toHaveLength(3);
  });

  test("a frame cut short does not swallow the one behind the next STX", () => {
    expect(framesOf("\x021,45.\x022,46.10 lb\x03")).toEqual(["1,45.", "2,46.10 lb"]);
  });

  test("the legacy server's killer, two frames in one packet, is two frames", () => {
    expect(framesOf("1,45.20 lb\r\n2,46.10 lb\r\n")).toEqual(["1,45.20 lb", "2,46.10 lb"]);
  });

  test("every byte survives as one character", () => {
    const bytes = String.fromCharCode(...Array.from({ length: 0xff - 0x20 }, (_, i) => i + 0x21));
    expect(framesOf(`${bytes}!\r\n`)).toEqual([`${bytes}!`]);
  });
});

describe("frames that run into each other", () => {
  test("a frame ends where the next one begins right behind it", () => {
    expect(framesOf("1,20.00 lb2,21.00 lb3,22.00 kg")).toEqual(["1,20.00 lb", "2,21.00 lb", "3,22.00 kg"]);
  });

  test("they are given out when silence shows that no terminator follows, or 256 bytes do", () => {
    const scale = connection();
    scale.receives("1,20.00 lb2,21.00 lb");
    expect(scale.outcomes).toEqual([]);
    scale.isSilent();
    expect(scale.outcomes).toEqual(["1,20.00 lb", "2,21.00 lb"]);
    scale.receives("1,20.00 lb".repeat(26));
    expect(scale.outcomes).toHaveLength(2 + 25);
  });

  test.each([
    ["blanks and NULs between them", "1,20.00 lb \0 2,21.00 lb", ["1,20.00 lb", "2,21.00 lb"]],
    ["the longer unit", "1,20.00 lbs2,21.00 lbs", ["1,20.00 lbs", "2,21.00 lbs"]],
    ["decimal commas", "1,20,50 kg2,21,50 kg", ["1,20,50 kg", "2,21,50 kg"]],
    ["an unknown unit", "1,20.00 st2,21.00 lb", ["1,20.00 st", "2,21.00 lb"]],
    ["weights without decimals, in one unit", "1,20 lb2,21 lb", ["1,20 lb", "2,21 lb"]],
    ["hundreds", "1,120.00 kg2,121.00 kg", ["1,120.00 kg", "2,121.00 kg"]],
  ])("so it is with %s", (_, bytes, frames) => {
    expect(framesOf(bytes)).toEqual(frames);
  });

  test("a unit cut by TCP is not a unit", () => {
    const scale = connection();
    scale.receives("1,20.00 l");
    scale.receives("b2,21.00 lb");
    scale.isSilent();
    expect(scale.outcomes).toEqual(["1,20.00 lb", "2,21.00 lb"]);
  });

  test.each([
    ["the European factory print", "G   12,50 lb"],
    ["the same with the sign behind", "12,50 lb G"],
    ["a ticket of gross and tare", "G 12,50 lb T 3,20 lb"],
    ["a number behind a number", "1,20.00 2,21.00 lb"],
    ["a weight without unit", "1,20.002,21.00 lb"],
    ["dashes before digits", "1,--2,20 lb"],
    ["what a terminator ends", "1,20.00 lb2,21.00 lb"],
    ["pounds and ounces", "1,45 lb 3,2 oz"],
    ["a number with a decimal comma behind a bag", "1,45,20 lb 20,50 kg"],
    ["a date behind a bag", "1,45.20 lb 26,11,2026"],
  ])("%s is never split", (_, line) => {
    expect(framesOf(`${line}\r\n`)).toEqual([line]);
  });

  test.each(["1,45 lb 3,2 oz", "1,45 lb3,2 oz", "1,45,20 lb20,50 kg", "1,45.20 lb 2,050 kg"])(
    "without a terminator neither is %j, because what follows may be a number",
    (line) => {
      expect(becomes(line)).toEqual([`ambiguous ${line}`]);
    },
  );

  test("nothing is split any more once a terminator has ended a print", () => {
    expect(becomes("1,45.20 lb\r\n1,20.00 lb2,21.00 lb")).toEqual([
      "bag 1 45.20 lb",
      "ambiguous 1,20.00 lb2,21.00 lb",
    ]);
    // A greeting of the device server is no print.
    expect(becomes("ser2net port 2000\r\n1,20.00 lb2,21.00 lb").slice(1)).toEqual([
      "bag 1 20.00 lb",
      "bag 2 21.00 lb",
    ]);
  });
});

describe("silence", () => {
  test("completes a whole frame where no terminator is used", () => {
    const scale = connection();
    scale.receives("1,45.20 lb");
    expect(scale.framer.heldSince).toBe(0);
    scale.isSilent();
    expect(scale.outcomes).toEqual(["1,45.20 lb"]);
    scale.framer.expire();
    expect(scale.framer.heldSince).toBeNull();
  });

  test.each(["1,45.20 l", "1,45.20 k", "1,45.20", "1,", "1,45.20 lb2", "G 12,50 lb"])(
    "leaves %j alone",
    (bytes) => {
      const scale = connection();
      scale.receives(bytes);
      scale.isSilent();
      expect(scale.outcomes).toEqual([]);
    },
  );

  test("completes what can no longer become a bag, so that it is seen at once", () => {
    const scale = connection();
    for (const bytes of ["1,45.20 st", "1,------ lb", "1,0.00 lb"]) {
      scale.receives(bytes);
      scale.isSilent();
    }
    expect(scale.outcomes).toEqual(["1,45.20 st", "1,------ lb", "1,0.00 lb"]);
  });

  test("completes a whole frame whatever came before: a greeting, a print with a terminator", () => {
    expect(becomes("ZM405 V2.10\r\n1,45.20 lb", "1,46.10 lb")).toEqual([
      "malformed ZM405 V2.10",
      "bag 1 45.20 lb",
      "bag 1 46.10 lb",
    ]);
    expect(becomes("1,45.20 lb\r2,46.10 lb")).toEqual(["bag 1 45.20 lb", "bag 2 46.10 lb"]);
  });

  test("goes on completing frames that are begun, not ended, by a line feed", () => {
    const scale = connection();
    for (const bytes of ["\n1,45.20 lb", "\n2,46.10 lb"]) {
      scale.receives(bytes);
      scale.isSilent();
    }
    expect(scale.outcomes).toEqual(["1,45.20 lb", "2,46.10 lb"]);
  });

  test("goes on completing frames between STX and ETX", () => {
    const scale = connection();
    scale.receives("\x021,45.20 lb\x03\x022,46.10 lb");
    scale.isSilent();
    expect(scale.outcomes).toEqual(["1,45.20 lb", "2,46.10 lb"]);
  });

  test.each([
    ["1,45.20 lb2,46.10 lb", ["1,45.20 lb", "2,46.10 lb"]],
    ["1,45.20 lbs2,46.10 lbs", ["1,45.20 lb", "2,46.10 lb"]],
    ["1,45.20 lbs\r\n2,46.10 lbs\r\n", ["1,45.20 lb", "2,46.10 lb"]],
    ["1,-----.-- kg 2,46.10 kg", ["1,--", "2,46.10 kg"]],
  ])("between all bytes of %j still gives each frame once", (bytes, frames) => {
    const scale = connection();
    scale.receivesSlowly(bytes);
    scale.framer.end();
    expect(scale.outcomes).toEqual(frames);
  });

  test.each([
    ["1,45.20 lb", " M\r\n", "M"],
    ["1,45 lb", " 3 oz\r\n", "3 oz"],
    ["1,45 lb", " 3,2 oz\r\n", "3,2 oz"],
    ["1,45 g", "al\r\n", "al"],
    ["1,45.20 lb", " M", "M"],
  ])(
    "what contradicts %j, which silence has completed, is told as its remainder: %j",
    (frame, late, text) => {
      const scale = connection();
      scale.receives(frame);
      scale.isSilent();
      scale.receives(`${late}`);
      scale.framer.expire();
      expect(scale.outcomes).toEqual([frame, `remainder of ${frame}: ${text}`]);
    },
  );

  test.each([" S\r\n", "s\r\n", "\r\n", " G", ";\r\n"])(
    "what does not contradict it is no remainder: %j",
    (late) => {
      const scale = connection();
      scale.receives("1,45.20 lb");
      scale.isSilent();
      scale.receives(`${late}\r\n2,46.10 lb\r\n`);
      expect(scale.outcomes).toEqual(["1,45.20 lb", "2,46.10 lb"]);
    },
  );

  test("nor is the next print, nor what comes later than the age limit", () => {
    expect(becomes("1,45.20 lb", "2,46.10 lb", "2,4")).toEqual([
      "bag 1 45.20 lb",
      "bag 2 46.10 lb",
      "stale 2,4",
    ]);
    const scale = connection();
    scale.receives("1,45.20 lb");
    scale.isSilent();
    scale.framer.expire();
    scale.receives("PING\r\n");
    expect(scale.outcomes).toEqual(["1,45.20 lb", "PING"]);
  });
});

describe("bytes have an age", () => {
  test.each(["1", "0001", "1,", "1,45.2", "PING", "1,45.20 l"])("%j is stale when it is too old", (bytes) => {
    const scale = connection();
    scale.receives(bytes);
    scale.isSilent();
    expect(scale.outcomes).toEqual([]);
    scale.framer.expire();
    scale.receives("1,45.20 lb\r\n");
    expect(scale.outcomes).toEqual([`stale: ${bytes}`, "1,45.20 lb"]);
  });

  test("a print that goes on byte by byte does not get old, a heartbeat does", () => {
    const options = { decimalMark: "auto", scales: new Set<number>() } as const;
    const framer = new Framer(zm405, options, () => undefined);
    for (const [at, byte] of [..."9,45.0000 l"].entries()) {
      framer.push(Buffer.from(byte), at * 1_000);
      framer.silence(at * 1_000 + 250);
    }
    expect(framer.heldSince).toBe(10_000);
    const other = new Framer(zm405, options, () => undefined);
    for (let at = 0; at < 5; at++) other.push(Buffer.from("0001"), at * 1_000);
    expect(other.heldSince).toBe(0);
  });

  test("a print that a pause cuts is one print", () => {
    const whole = "1,45.20 lb\r\n";
    for (let at = 1; at < whole.length; at++) {
      expect(becomes(whole.slice(0, at), whole.slice(at))).toEqual(["bag 1 45.20 lb"]);
    }
  });

  test.each([
    [["0001", "1,45.20 lb\r\n"], "ambiguous 00011,45.20 lb"],
    [["1", "2,45.20 lb\r\n"], "ambiguous 12,45.20 lb"],
    [["1,", "1,45 lb\r\n"], "ambiguous 1,1,45 lb"],
    [["1,4", "5,50 lb\r\n"], "ambiguous 1,45,50 lb"],
    [["G  1", "2,50 lb\r\n"], "malformed G  12,50 lb"],
    [["G   ", "12,50 lb\r\n"], "malformed G   12,50 lb"],
    [["A1", "2,45.20 lb\r\n"], "malformed A12,45.20 lb"],
    [["1,", "1,450.20 lb\r\n"], "malformed 1,1,450.20 lb"],
  ])("where a pause and a stray byte look alike, nothing is guessed: %j", (segments, outcome) => {
    expect(becomes(...segments)).toEqual([outcome]);
  });

  test.each(["PING", "PING ", "HB\0", "login:", "alive"])(
    "a print without a terminator behind %j and a silence is a bag as soon as silence completes it",
    (stray) => {
      for (const complete of ["isSilent", "end"] as const) {
        const scale = connection();
        scale.receives(stray);
        scale.isSilent();
        scale.receives("1,45.20 lb");
        if (complete === "end") scale.framer.end();
        else scale.isSilent();
        expect(scale.outcomes).toEqual([`stale: ${stray.replace(/[ \0]$/, "")}`, "1,45.20 lb"]);
      }
    },
  );

  test.each([
    ["1,", "45,20 lb", 1],
    ["12", "3,45.20 lb", 123],
    ["PING1", "2,45.20 lb", 12],
    [`${"PING".repeat(70)}1`, "2,45.20 lb", 12],
  ])(
    "what a link that stood still brings behind a stale %j is no print of a new scale: %j",
    (begun, rest, known) => {
      for (const end of ["\r\n", ""]) {
        const last = (knows: number[]) => {
          const scale = connection({ knows });
          scale.receives(begun);
          scale.isSilent();
          scale.framer.expire();
          scale.receives(rest + end);
          scale.isSilent();
          return scale.outcomes.at(-1);
        };
        expect(last([known])).toEqual(`ambiguous: ${rest}`);
        expect(last([])).toEqual(rest);
        expect(last([known, Number(rest.split(",")[0])])).toEqual(rest);
      }
    },
  );

  test("nor is what comes on the next connection from there", () => {
    const says = (knows: number[], later = 1) => {
      const scales: PrintedScales = new Set(knows);
      const outcomes: string[] = [];
      const connect = () =>
        new Framer(zm405, { decimalMark: "auto", scales }, (outcome) => outcomes.push(shown(outcome)));
      const first = connect();
      first.push(Buffer.from("12,44.00 lb\r\n1"), 0);
      first.end();
      connect().push(Buffer.from("2,45.20 lb\r\n2,46.10 lb\r\n"), later);
      return outcomes.slice(2);
    };
    expect(says([])).toEqual(["ambiguous: 2,45.20 lb", "2,46.10 lb"]);
    expect(says([2])).toEqual(["2,45.20 lb", "2,46.10 lb"]);
    expect(says([], 30_000)).toEqual(["2,45.20 lb", "2,46.10 lb"]);
  });

  test("what is older than any link stands still says nothing about the next print", () => {
    const scale = connection({ knows: [11] });
    scale.receives("1");
    scale.isSilent();
    scale.framer.expire();
    scale.framer.push(Buffer.from("1,45.20 lb\r\n"), 30_000);
    expect(scale.outcomes).toEqual(["stale: 1", "1,45.20 lb"]);
  });

  test("a scale that has printed before tells a heartbeat from a part of its id", () => {
    expect(becomes("1,44.00 lb\r\n", "0001", "1,45.20 lb\r\n")).toEqual([
      "bag 1 44.00 lb",
      "stale 0001",
      "bag 1 45.20 lb",
    ]);
    const scale = connection({ knows: [12] });
    scale.receives("1");
    scale.isSilent();
    scale.receives("2,45.20 lb\r\n");
    expect(scale.outcomes).toEqual(["12,45.20 lb"]);
  });

  test("text that cannot belong to a print leaves the print behind it alone", () => {
    expect(becomes("HB", "1,45.20 lb\r\n")).toEqual(["stale HB", "bag 1 45.20 lb"]);
    expect(becomes("PING", "PING", "1,45.20 lb\r\n")).toEqual(["stale PINGPING", "bag 1 45.20 lb"]);
  });
});

describe("a comma", () => {
  test.each(["1,22,680 g", "1,1,050 lb", "1,0,050 kg"])(
    "with three digits behind it is never guessed: %j",
    (line) => {
      expect(becomes(`${line}\r\n`)).toEqual([`ambiguous ${line}`]);
    },
  );

  test("marks no decimals where the connection has printed points, nor the other way round", () => {
    expect(becomes("1,45.20 kg\r\n1,45,20 kg\r\n")).toEqual(["bag 1 45.20 kg", "ambiguous 1,45,20 kg"]);
    expect(becomes("1,45,20 kg\r\n1,45.20 kg\r\n1,45,10 kg\r\n")).toEqual([
      "bag 1 45.20 kg",
      "ambiguous 1,45.20 kg",
      "bag 1 45.10 kg",
    ]);
    // Also within one run of frames without terminators.
    expect(becomes("1,45.20 kg2,45,20 kg")).toEqual(["bag 1 45.20 kg", "ambiguous 2,45,20 kg"]);
  });
});

describe("behind an ETX", () => {
  test("a check byte that stands alone is no part of anything", () => {
    expect(becomes("\x021,45.20 lb\x037\x021,46.20 lb\x034\x02")).toEqual([
      "bag 1 45.20 lb",
      "bag 1 46.20 lb",
    ]);
    expect(becomes("1,45.20 lb\x037\r\n1,46.20 lb\x034\r\n")).toEqual(["bag 1 45.20 lb", "bag 1 46.20 lb"]);
    expect(becomes("1,45.20 lb\x037", "1,46.20 lb\x034", "1,47.20 lb\x031")).toEqual([
      "bag 1 45.20 lb",
      "bag 1 46.20 lb",
      "bag 1 47.20 lb",
    ]);
  });

  test("is not taken for a digit of the next scale", () => {
    expect(becomes("1,45.20 lb\x0371,46.20 lb\x0341,47.20 lb\x03")).toEqual([
      "bag 1 45.20 lb",
      "ambiguous 71,46.20 lb",
      "ambiguous 41,47.20 lb",
    ]);
  });

  test("once it was seen, the byte behind each ETX is left out", () => {
    const scale = connection();
    scale.receives("\x021,45.20 lb\x037\x02");
    scale.receives("1,46.20 lb\x0341,47.20 lb\x0352,48.20 lb\x03");
    expect(scale.outcomes).toEqual(["1,45.20 lb", "1,46.20 lb", "1,47.20 lb", "2,48.20 lb"]);
  });

  test.each([
    ["a scale that is known", "71,45.20 lb\x0371,46.20 lb\x03", ["71,45.20 lb", "71,46.20 lb"]],
    [
      "a single digit",
      "1,45.20 lb\x032,46.20 lb\x0371,47.20 lb\x03",
      ["1,45.20 lb", "2,46.20 lb", "71,47.20 lb"],
    ],
    [
      "a line end",
      "1,45.20 lb\x03\r\n1,46.20 lb\x0371,47.20 lb\x03",
      ["1,45.20 lb", "1,46.20 lb", "71,47.20 lb"],
    ],
  ])("%s shows that there is none", (_, bytes, frames) => {
    expect(framesOf(bytes)).toEqual(frames);
  });
});

describe("what stands around a print", () => {
  test.each([
    ["XON and XOFF", "\x111,45.20 lb\x13\r\n"],
    ["a form feed", "\x0c1,45.20 lb\r\n\x0c"],
    ["BEL and VT", "\x07\x0b1,45.20 lb\x0b\x07\r\n"],
    ["ESC @", "\x1b@1,45.20 lb\r\n\x1b@"],
    ["a terminal's control sequence", "\x1b[2J\x1b[1;31m1,45.20 lb\x1b[0m\r\n"],
    ["a byte order mark", "\xef\xbb\xbf1,45.20 lb\r\n"],
    ["no-break spaces", "\xa01,45.20\xa0lb\xa0\r\n"],
    ["no-break spaces in UTF-8", "\xc2\xa01,45.20\xc2\xa0lb\xc2\xa0\r\n"],
    ["DEL, SO and SI", "\x7f\x0e1,45.20 lb\x0f\r\n"],
    ["telnet's negotiation", "\xff\xfb\x03\xff\xfd\x01\xff\xfe\x221,45.20 lb\r\n"],
    ["telnet's keepalive within", "1,45\xff\xf1.20 lb\r\n"],
    ["settings of a serial port (RFC 2217)", "\xff\xfa\x2c\x01\x00\x00\x25\x80\xff\xf01,45.20 lb\r\n"],
  ])("is dropped: %s", (_, bytes) => {
    for (const chunk of [bytes.length, 1]) {
      const scale = connection();
      for (let at = 0; at < bytes.length; at += chunk) scale.receives(bytes.slice(at, at + chunk));
      scale.isSilent();
      scale.framer.expire();
      expect(scale.outcomes.map((text) => text.replace(/\xc2?\xa0/, " "))).toEqual(["1,45.20 lb"]);
    }
  });

  test.each(["\x1b21,45.20 lb", "\x1bd31,45.20 lb", "1,45\x07.20 lb", "\xff1,45.20 lb"])(
    "other control bytes make it malformed, they are never taken out of a number: %j",
    (line) => {
      expect(becomes(`${line}\r\n`)).toEqual([`malformed ${line}`]);
    },
  );

  test.each(["\xff\xfe", "\xff\xfb", "\xff\xfd"])(
    "a digit is no option of telnet: %j is noise in front of a scale's id",
    (noise) => {
      expect(becomes(`${noise}11,45.20 lb\r\n`)).toEqual([`malformed ${noise}11,45.20 lb`]);
    },
  );

  test("settings that telnet never ends are given out with the age limit, and at the end", () => {
    const sent = "\xff\xfa1,45.20 lb\r\n2,46.10 lb\r\n";
    const [line, bag] = ["\xff\xfa1,45.20 lb", "2,46.10 lb"];
    expect(becomes(sent)).toEqual([`malformed ${line}`, "bag 2 46.10 lb"]);
    expect(framesOf(sent)).toEqual([line, bag]);
    const scale = connection();
    scale.receives(sent);
    expect(scale.framer.heldSince).toBe(0);
    scale.framer.expire();
    expect(scale.framer.heldSince).toBeNull();
  });

  test("telnet that never ends its settings does not swallow the prints behind it", () => {
    const prints = "1,45.20 lb\r\n".repeat(20);
    expect(becomes(`\xff\xfa${prints}`).filter((each) => each === "bag 1 45.20 lb").length).toBeGreaterThan(
      13,
    );
  });
});

describe("seven bits with parity", () => {
  const parity = (bit: (ones: number) => boolean) => (text: string) =>
    text.replace(/[\s\S]/g, (char) => {
      const code = char.charCodeAt(0);
      const ones = code.toString(2).replaceAll("0", "").length;
      return String.fromCharCode(bit(ones) ? code | 0x80 : code);
    });
  const kinds = [
    ["even", parity((ones) => ones % 2 === 1)],
    ["odd", parity((ones) => ones % 2 === 0)],
  ] as const;

  test.each(kinds)("%s: prints are read, whatever ends them", (_, sent) => {
    for (const end of ["\r\n", "\r", "\n"]) {
      const prints = ["1,45.20 lb", "12,46.10 kg", "3,47.00 lb"];
      const said = becomes(...prints.map((print) => sent(print + end)));
      expect(said).toEqual(["bag 1 45.20 lb", "bag 12 46.10 kg", "bag 3 47.00 lb"]);
    }
  });

  test("mark: prints are read when silence ends them", () => {
    expect(becomes(parity(() => true)("1,45.20 lb\r\n"), "")).toEqual(["bag 1 45.20 lb"]);
  });

  test.each(kinds)("%s: one wrong bit and nothing is read", (_, sent) => {
    const bytes = sent("1,45.20 lb");
    for (let at = 0; at < bytes.length; at++) {
      const wrong =
        bytes.slice(0, at) + String.fromCharCode(bytes.charCodeAt(at) ^ 0x01) + bytes.slice(at + 1);
      expect(becomes(`${wrong}\n`).filter((each) => each.startsWith("bag"))).toEqual([]);
    }
  });
});

describe("the end of the connection", () => {
  test("completes a whole frame, also where a terminator was used before", () => {
    expect(framesOf("1,45.20 lb\r\n2,46.10 lb")).toEqual(["1,45.20 lb", "2,46.10 lb"]);
  });

  test("tells what it cut off", () => {
    expect(framesOf("1,45.20 lb\r\n2,46.")).toEqual(["1,45.20 lb", "truncated: 2,46."]);
    expect(framesOf("2,46.10 l")).toEqual(["truncated: 2,46.10 l"]);
    expect(framesOf("G   12,50 lb")).toEqual(["truncated: G   12,50 lb"]);
  });

  test("does not take the frame before the one it cut off", () => {
    const bytes = "1,45.20 lb2,46.10 lb";
    for (let cut = "1,45.20 lb".length; cut < bytes.length; cut++) {
      const rest = bytes.slice("1,45.20 lb".length, cut).trimEnd();
      expect(framesOf(bytes.slice(0, cut))).toEqual([
        "1,45.20 lb",
        ...(rest === "" ? [] : [`truncated: ${rest}`]),
      ]);
    }
  });

  test("says nothing where nothing was pending", () => {
    expect(framesOf("")).toEqual([]);
    expect(framesOf("1,45.20 lb\r\n \0")).toEqual(["1,45.20 lb"]);
  });
});

describe("a frame that is too long", () => {
  const long = "x".repeat(257);

  test("256 bytes are a frame, 257 are rejected once, with up to 1,024 kept", () => {
    expect(framesOf(`${"x".repeat(256)}\r\n`)).toEqual(["x".repeat(256)]);
    expect(framesOf(`${long}\r\n`)).toEqual([`too_long: ${long}`]);
    expect(framesOf(`${"x".repeat(100_000)}\r\n`)).toEqual([`too_long: ${"x".repeat(1_024)}`]);
  });

  test("is told at its end, or when much more than is kept has come", () => {
    const scale = connection();
    scale.receives(long.repeat(4));
    expect(scale.outcomes).toHaveLength(0);
    scale.receives(long);
    expect(scale.outcomes).toHaveLength(1);
    scale.receives(long);
    scale.framer.end();
    expect(scale.outcomes).toHaveLength(1);
  });

  test("the padding around a frame is not counted", () => {
    expect(framesOf(`${" ".repeat(1000)}1,45.20 lb${"\0".repeat(1000)}\r\n`)).toEqual(["1,45.20 lb"]);
  });

  test.each(["\r", "\n", "\x02", "\x03"])("the stream resumes at the next %j", (separator) => {
    expect(framesOf(`${long}1,40.00 lb2,40.00 lb${separator}1,45.20 lb\r\n`)).toEqual([
      `too_long: ${long}1,40.00 lb2,40.00 lb`,
      "1,45.20 lb",
    ]);
  });

  test("glued frames are as many as one likes", () => {
    expect(framesOf("1,45.20 lb".repeat(5000))).toHaveLength(5000);
  });

  test.each([[70], [700]])("%d heartbeats without an end leave the print behind them alone", (times) => {
    const heartbeats = "PING".repeat(times);
    const bags = (said: string[]) => said.filter((each) => !each.startsWith("too_long"));
    expect(becomes(`${heartbeats}1,45.20 lb\r\n2,46.10 lb\r\n`)).toEqual([
      `too_long ${heartbeats.slice(0, 1024)}`,
      "bag 1 45.20 lb",
      "bag 2 46.10 lb",
    ]);
    expect(bags(becomes(heartbeats, "1,45.20 lb\r\n"))).toEqual(["bag 1 45.20 lb"]);
    expect(bags(becomes(`${heartbeats}1,45.20 lb`, "2,46.10 lb"))).toEqual([
      "bag 1 45.20 lb",
      "bag 2 46.10 lb",
    ]);
  });

  test.each(["PING ", "HB  ", "OK;", "*"])(
    "%j without an end leaves the print behind it alone",
    (heartbeat) => {
      const said = becomes(`${heartbeat.repeat(300)}1,45.20 lb\r\n`);
      expect(said.filter((each) => !each.startsWith("too_long"))).toEqual(["bag 1 45.20 lb"]);
    },
  );

  test("a silence inside of the print behind it does not cut its scale's id", () => {
    const heartbeats = `${"PING".repeat(70)}1`;
    expect(becomes(heartbeats, "2,45.20 lb\r\n").slice(1)).toEqual(["ambiguous 2,45.20 lb"]);
    expect(becomes("2,44.00 lb\r\n", heartbeats, "2,45.20 lb\r\n").slice(2)).toEqual(["bag 2 45.20 lb"]);
  });

  test.each([
    ["a factory print", "G   12,50 lb"],
    ["a label without a blank", "G12,50 lb"],
    ["two weights", "G1,45.20 lb2,46.10 lb"],
    ["more behind it", "G1,45.20 lb M"],
    ["digits before it", "G7 1,45.20 lb"],
  ])("what ends it and may be something else is no print: %s", (_, end) => {
    expect(framesOf(`${long}${end}\r\n`)).toEqual([`too_long: ${long}${end}`]);
  });

  test("behind a silence it is only a print that can be nothing else", () => {
    expect(becomes(`${long}G  1`, "2,50 lb\r\n").slice(1)).toEqual(["ambiguous 2,50 lb"]);
  });
});

describe("whatever comes", () => {
  /** fast-check makes, and shrinks, each choice of the generators that the campaign runs with its own seed. */
  const choices = fc.gen().map(
    (g): Below =>
      (bound) =>
        g(fc.nat, { max: bound - 1 }),
  );

  test("the frames that go in come out, however terminated, padded, glued, cut and mixed with garbage", () => {
    fc.assert(
      fc.property(choices, (below) => {
        const stream = anyStream(below);
        const outcomes = send(stream.segments, zm405, (bytes) => anyChunks(below, bytes));
        expect(outcomes.map((outcome) => saying(outcome))).toEqual(stream.expected.map((e) => e.says));
        if (stream.exactTexts)
          expect(outcomes.map((o) => o.text)).toEqual(stream.expected.map((e) => e.text));
      }),
      { numRuns: 300 },
    );
  });

  test("any bytes give the same however they are cut, and what the plain reference gives", () => {
    fc.assert(
      fc.property(choices, (below) => {
        const soup = anySoup(below);
        const outcomes = send(soup, zm405, (bytes) => anyChunks(below, bytes));
        expect(outcomes).toEqual(send(soup, zm405, (bytes) => [Buffer.from(bytes, "latin1")]));
        expect(outcomes).toEqual(reference(soup, zm405));
      }),
      { numRuns: 200 },
    );
  });

  test("truly random bytes do no harm", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 5 }), (chunks) => {
        const segments = chunks.map((chunk) => Buffer.from(chunk).toString("latin1"));
        const whole = send(segments, zm405, (bytes) => [Buffer.from(bytes, "latin1")]);
        expect(
          send(segments, zm405, (bytes) => Array.from(bytes, (byte) => Buffer.from(byte, "latin1"))),
        ).toEqual(whole);
        for (const outcome of whole) expect(outcome.text.length).toBeLessThanOrEqual(1_024);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ["half a frame", `${"1,45.20 lb\r\n".repeat(5000)}1,45.`],
    ["a frame and much padding", `1,45.20 lb${" ".repeat(60_000)}`],
  ])("a connection holds 256 bytes, not the chunk they came in: %s", (_, bytes) => {
    const chunk = Buffer.from(bytes);
    const before = settledHeap();
    const framers = Array.from({ length: 150 }, () => {
      const options = { decimalMark: "auto", scales: new Set<number>() } as const;
      const framer = new Framer(zm405, options, () => undefined);
      framer.push(chunk, 0);
      return framer;
    });
    const grown = settledHeap() - before;
    expect(framers).toHaveLength(150);
    expect(grown).toBeLessThan(5_000_000);
  });

  test("padding behind a frame that silence completed is not kept", () => {
    const { framer } = connection();
    framer.push(Buffer.from("1,45.20 lb"), 0);
    framer.silence(0);
    const began = process.cpuUsage();
    for (let i = 0; i < 1000; i++) framer.push(Buffer.alloc(100), 0);
    expect(cpuMsSince(began)).toBeLessThan(500);
  });

  test("hostile bytes take no more than linear time", () => {
    const kinds = [
      "1,",
      "1,2.",
      "1,2,",
      " ",
      "\0",
      "-",
      "1,--.",
      "9",
      "1,2 lb ",
      "lb",
      ",",
      "1,1 M",
      "\x02",
      "\r",
      "\x1b[",
      "\xc2",
      "\xff\xfa",
      "x1,2 lb",
    ];
    for (const kind of kinds) {
      const hostile = Buffer.from(`1,2 lb${kind.repeat(1_000_000 / kind.length)}`, "latin1");
      const options = { decimalMark: "auto", scales: new Set<number>() } as const;
      const framer = new Framer(zm405, options, () => undefined);
      const began = process.cpuUsage();
      for (let at = 0; at < hostile.length; at += 65_536) framer.push(hostile.subarray(at, at + 65_536), 0);
      for (let at = 0; at < 20_000; at++) framer.push(hostile.subarray(at, at + 1), 0);
      // Some 10 to 100 ms each; one quadratic step over a 64 kB chunk is already beyond this.
      expect(cpuMsSince(began)).toBeLessThan(2000);
    }
  });
});

/** What this process has used since, however many others share the machine. */
function cpuMsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}

function settledHeap(): number {
  Bun.gc(true);
  const { heapSize, extraMemorySize } = heapStats();
  return heapSize + extraMemorySize;
}
