import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Framer, type FramerOutcome } from "../../src/scale/framer.ts";
import { zm405 } from "../../src/scale/zm405.ts";
import { reference } from "./reference.ts";
import { anyChunks, anySoup, anyStream, type Below, saying, send } from "./streams.ts";

/** A connection whose outcomes are read as text: `1,45.20 lb`, or `too_long: xxx…`. */
function connection() {
  const outcomes: string[] = [];
  const framer = new Framer(zm405, (outcome) => outcomes.push(shown(outcome)));
  return {
    framer,
    outcomes,
    receives: (bytes: string) => framer.push(Buffer.from(bytes, "latin1")),
    receivesSlowly(bytes: string) {
      for (const byte of bytes) {
        framer.push(Buffer.from(byte, "latin1"));
        framer.silence();
      }
    },
  };
}

function shown(outcome: FramerOutcome): string {
  return outcome.kind === "frame" ? outcome.text : `${outcome.reason}: ${outcome.text}`;
}

function framesOf(bytes: string): string[] {
  const scale = connection();
  scale.receives(bytes);
  scale.framer.end();
  return scale.outcomes;
}

describe("terminators", () => {
  test.each(["\r", "\n", "\r\n", "\n\r", "\x03", "\x03\r\n"])("%j ends a frame, and once only", (end) => {
    const scale = connection();
    scale.receives(`1,45.20 lb${end}2,46.10 lb${end}`);
    expect(scale.outcomes).toEqual(["1,45.20 lb", "2,46.10 lb"]);
  });

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
    expect(framesOf(`${bytes}\r\n`)).toEqual([bytes]);
  });
});

describe("frames that run into each other", () => {
  test("a frame ends where the next one begins right behind it", () => {
    expect(framesOf("1,20.00 lb2,21.00 lb3,22.00 kg")).toEqual(["1,20.00 lb", "2,21.00 lb", "3,22.00 kg"]);
  });

  test("it is given out as soon as the next frame's comma proves it, not earlier", () => {
    const scale = connection();
    scale.receives("1,20.00 lb2");
    expect(scale.outcomes).toEqual([]);
    scale.receives(",");
    expect(scale.outcomes).toEqual(["1,20.00 lb"]);
  });

  test.each([
    ["blanks and NULs between them", "1,20.00 lb \0 2,21.00 lb", ["1,20.00 lb", "2,21.00 lb"]],
    ["the longer unit", "1,20.00 lbs2,21.00 lbs", ["1,20.00 lbs", "2,21.00 lbs"]],
    ["decimal commas", "1,20,50 kg2,21,50 kg", ["1,20,50 kg", "2,21,50 kg"]],
    ["an unknown unit", "1,20.00 st2,21.00 lb", ["1,20.00 st", "2,21.00 lb"]],
    ["a terminator behind the last", "1,20.00 lb2,21.00 lb\r\n", ["1,20.00 lb", "2,21.00 lb"]],
  ])("so it is with %s", (_, bytes, frames) => {
    expect(framesOf(bytes)).toEqual(frames);
  });

  test("a unit cut by TCP is not a unit", () => {
    const scale = connection();
    scale.receives("1,20.00 l");
    scale.receives("b2,21.00 lb\r\n");
    expect(scale.outcomes).toEqual(["1,20.00 lb", "2,21.00 lb"]);
  });

  test.each([
    ["the European factory print", "G   12,50 lb"],
    ["the same with the sign behind", "12,50 lb G"],
    ["a ticket of gross and tare", "G 12,50 lb T 3,20 lb"],
    ["a number behind a number", "1,20.00 2,21.00 lb"],
    ["a weight without unit", "1,20.002,21.00 lb"],
    ["dashes before digits", "1,--2,20 lb"],
  ])("%s is never split", (_, line) => {
    expect(framesOf(`${line}\r\n`)).toEqual([line]);
  });
});

describe("silence", () => {
  test("completes a whole frame where no terminator is used", () => {
    const scale = connection();
    scale.receives("1,45.20 lb");
    expect(scale.framer.awaitsSilence).toBe(true);
    scale.framer.silence();
    expect(scale.outcomes).toEqual(["1,45.20 lb"]);
    expect(scale.framer.awaitsSilence).toBe(false);
  });

  test.each(["1,45.20 l", "1,45.20 k", "1,45.20", "1,", "1,45.20 lb2", "G 12,50 lb"])(
    "leaves %j alone",
    (bytes) => {
      const scale = connection();
      scale.receives(bytes);
      scale.framer.silence();
      expect(scale.outcomes).toEqual([]);
    },
  );

  test("completes what can no longer become a bag, so that it is seen at once", () => {
    const scale = connection();
    for (const bytes of ["1,45.20 st", "1,------ lb", "1,0.00 lb"]) {
      scale.receives(bytes);
      scale.framer.silence();
    }
    expect(scale.outcomes).toEqual(["1,45.20 st", "1,------ lb", "1,0.00 lb"]);
  });

  test("no longer completes anything once a terminator has ended a line", () => {
    const scale = connection();
    scale.receives("1,45.20 lb\r2,46.10 lb");
    expect(scale.framer.awaitsSilence).toBe(false);
    scale.framer.silence();
    expect(scale.outcomes).toEqual(["1,45.20 lb"]);
    scale.receives(" M\r");
    expect(scale.outcomes).toEqual(["1,45.20 lb", "2,46.10 lb M"]);
  });

  test("goes on completing frames that are begun, not ended, by a line feed", () => {
    const scale = connection();
    for (const bytes of ["\n1,45.20 lb", "\n2,46.10 lb"]) {
      scale.receives(bytes);
      scale.framer.silence();
    }
    expect(scale.outcomes).toEqual(["1,45.20 lb", "2,46.10 lb"]);
  });

  test("goes on completing frames between STX and ETX", () => {
    const scale = connection();
    scale.receives("\x021,45.20 lb\x03\x022,46.10 lb");
    scale.framer.silence();
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

  test("a late mark that contradicts the counted frame comes out as a rejected frame, not as nothing", () => {
    const scale = connection();
    scale.receives("1,45.20 lb");
    scale.framer.silence();
    scale.receives(" M\r\n2,46.10 lb\r\n");
    expect(scale.outcomes).toEqual(["1,45.20 lb", "M", "2,46.10 lb"]);
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

  test("256 bytes are a frame, 257 are rejected once with the first 256 kept", () => {
    expect(framesOf(`${"x".repeat(256)}\r\n`)).toEqual(["x".repeat(256)]);
    expect(framesOf(`${"x".repeat(100_000)}\r\n`)).toEqual([`too_long: ${"x".repeat(256)}`]);
  });

  test("is rejected when byte 257 arrives, whatever arrives later", () => {
    const scale = connection();
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
      `too_long: ${"x".repeat(256)}`,
      "1,45.20 lb",
    ]);
  });

  test("glued frames are as many as one likes", () => {
    expect(framesOf("1,45.20 lb".repeat(5000))).toHaveLength(5000);
  });

  test("silence resumes nothing where a terminator was used", () => {
    const scale = connection();
    scale.receives(`1,45.20 lb\r\n${long}`);
    scale.framer.silence();
    scale.receives("2,46.10 lb");
    scale.framer.silence();
    expect(scale.outcomes).toHaveLength(2);
  });

  test("where none ever was, whole frames between two silences end the discarding", () => {
    const scale = connection();
    for (const bytes of [long, long, "50 lb", "1,45.20 lb2,46.10 lb", "3,47.00 lb"]) {
      scale.receives(bytes);
      expect(scale.framer.awaitsSilence).toBe(true);
      scale.framer.silence();
    }
    expect(scale.outcomes).toEqual([
      `too_long: ${"x".repeat(256)}`,
      "1,45.20 lb",
      "2,46.10 lb",
      "3,47.00 lb",
    ]);
  });

  test.each([
    ["too long", [`${long}1,45.20 lb`]],
    ["too long, in two pieces", [long, "1,45.20 lb"]],
    ["more than whole frames", ["1,45.20 lb2,x"]],
  ])("what comes between the silences does not when it is %s", (_, pieces) => {
    const scale = connection();
    scale.receives(long);
    scale.framer.silence();
    for (const bytes of pieces) scale.receives(bytes);
    scale.framer.silence();
    expect(scale.outcomes).toHaveLength(1);
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
        expect(outcomes.map((outcome) => saying(outcome, zm405))).toEqual(stream.expected.map((e) => e.says));
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
        for (const outcome of whole) expect(outcome.text.length).toBeLessThanOrEqual(256);
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
    const framers = Array.from({ length: 500 }, () => {
      const framer = new Framer(zm405, () => {});
      framer.push(chunk);
      return framer;
    });
    const grown = settledHeap() - before;
    expect(framers).toHaveLength(500);
    expect(grown).toBeLessThan(5_000_000);
  });

  test("padding behind a frame that silence completed is not kept", () => {
    const framer = new Framer(zm405, () => {});
    framer.push(Buffer.from("1,45.20 lb"));
    framer.silence();
    const began = process.cpuUsage();
    for (let i = 0; i < 1000; i++) framer.push(Buffer.alloc(100));
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
    ];
    for (const kind of kinds) {
      const hostile = Buffer.from(`1,2 lb${kind.repeat(1_000_000 / kind.length)}`, "latin1");
      const framer = new Framer(zm405, ({ text }) => void zm405.parse(text));
      const began = process.cpuUsage();
      for (let at = 0; at < hostile.length; at += 65_536) framer.push(hostile.subarray(at, at + 65_536));
      for (let at = 0; at < 20_000; at++) framer.push(hostile.subarray(at, at + 1));
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
