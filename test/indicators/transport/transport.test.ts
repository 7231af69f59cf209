import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Transport, type TransportOptions } from "../../../src/indicators/transport/transport.ts";

const bytesOf = (text: string) => Buffer.from(text, "latin1");

function passed(pieces: readonly string[], options?: TransportOptions): string {
  const transport = new Transport(options);
  return pieces.map((piece) => transport.push(bytesOf(piece))).join("") + transport.end();
}

/** As a line of 7 data bits and parity looks where 8 are received. */
function withParity(text: string, kind: "even" | "odd" | "mark"): string {
  return text.replace(/./gs, (character) => {
    const code = character.charCodeAt(0);
    const isOdd = [...code.toString(2)].filter((bit) => bit === "1").length % 2 === 1;
    const isSet = kind === "mark" || isOdd === (kind === "even");
    return String.fromCharCode(isSet ? code | 0x80 : code);
  });
}

const print = "ST,GS,+0001.00kg\r\n";

describe("what device servers send by themselves", () => {
  test("a registration before each packet is dropped, also within a print", () => {
    expect(passed(["USR-1234ST,GS,+00USR-123401.00kg\r\n"], { patterns: ["USR-1234"] })).toBe(print);
  });

  test("a registration of raw bytes and a heartbeat are dropped", () => {
    const mac = "\xd8\xb0\x4c\x12\x34\x56";
    expect(passed([`${mac}HB${print}HBHB${print}`], { patterns: [mac, "HB"] })).toBe(print + print);
  });

  test("what only begins as one stays", () => {
    const transport = new Transport({ patterns: ["USR-1234"] });
    expect(transport.push(bytesOf("1.00 kg\r\nUSR"))).toBe("1.00 kg\r\n");
    expect(transport.isHolding).toBe(true);
    expect(transport.silence()).toBe("USR");
    expect(transport.isHolding).toBe(false);
  });
});

describe("telnet", () => {
  const answers = (text: string) => {
    const sent: string[] = [];
    const transport = new Transport({ answer: (bytes) => sent.push(Buffer.from(bytes).toString("hex")) });
    return { text: transport.push(bytesOf(text)), sent };
  };

  test("what is offered and asked for is refused, and no part of a print", () => {
    expect(answers(`\xff\xfd\x18\xff\xfb\0${print}`)).toEqual({ text: print, sent: ["fffc18", "fffe00"] });
  });

  test("settings of the serial port are dropped; refusals of the other side are not answered", () => {
    expect(answers(`\xff\xfa\x2c\x01\0\0\x25\x80\xff\xf0\xff\xfc\x2c\xff\xfe\x2c${print}`)).toEqual({
      text: print,
      sent: [],
    });
  });

  test("the same option is refused once, so that two sides do not answer each other for ever", () => {
    expect(answers("\xff\xfd\x2c\xff\xfd\x2c\xff\xfd\x2c").sent).toEqual(["fffc2c"]);
  });
});

describe("7 bits with parity", () => {
  test.each(["even", "odd", "mark"] as const)("%s parity is taken off, and said", (kind) => {
    const transport = new Transport();
    const text = print.repeat(3);
    expect(transport.push(bytesOf(withParity(text, kind))) + transport.end()).toBe(text);
    expect(transport.hadParity).toBe(true);
  });

  test("one short print is enough", () => {
    expect(passed([withParity("\x02012.34\r", "even")])).toBe("\x02012.34\r");
  });

  test("behind a registration without parity, from the second print on", () => {
    const text = withParity(print, "even");
    expect(passed([`USR-1234${text}`], { patterns: ["USR-1234"] })).toEndWith("kg\r\n");
    expect(passed([`USR-1234${text}${text}`])).toEndWith(print);
  });

  test.each([
    ["a lamp byte of CAS", "ST,GS,1\xc4,000013.5 kg\r\n".repeat(3)],
    ["a single byte of noise", `\xfe${print}`],
    ["text in another language", "Gewicht 12,50 kg f\xfcr Bl\xf6cke\r\n".repeat(3)],
  ])("%s is no parity", (_, text) => {
    const transport = new Transport();
    expect(transport.push(bytesOf(text)) + transport.end()).toBe(text);
    expect(transport.hadParity).toBe(false);
  });
});

describe("what is for a printer, a terminal or the line", () => {
  test.each([
    ["XON and XOFF", `\x11ST,GS,\x13\x11+0001.00kg\r\n`, print],
    ["NUL", `\0\0${print}`, print],
    ["a byte order mark", `\xef\xbb\xbf${print}`, print],
    ["ESC @", `\x1b@${print}`, print],
    ["a control sequence", `\x1b[2J\x1b[1;1H${print}`, print],
    ["a form feed, which ends a line", `1.00 kg\f2.00 kg\f`, "1.00 kg\n2.00 kg\n"],
    ["another ESC stays", `\x1bE${print}`, `\x1bE${print}`],
  ])("%s", (_, text, expected) => {
    expect(passed([text])).toBe(expected);
  });

  test("where any byte may be part of a frame, all stay", () => {
    const text = "\x02,0   1250     0\r\x11\x02,0   1250     0\r\x1b@\f\0\xef\xbb\xbf";
    expect(passed([text], { isBinary: true })).toBe(text);
  });
});

test("where the bytes are cut makes no difference", () => {
  const part = fc.oneof(
    fc.constantFrom(
      print,
      "USR-1234",
      "HB",
      "\xff\xfd\x18",
      "\xff\xfa\x2c\x01\x04\xff\xf0",
      "\xef\xbb\xbf",
      "\x1b[1m",
      "\x1b",
      "\x11",
      withParity(print, "even"),
    ),
    fc.string({ unit: fc.constantFrom(..."USR-1234HB\x1b[@\xef\xbb\xbf\xb1\r"), maxLength: 10 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), (parts, isBinary) => {
      const text = parts.join("");
      const options = { patterns: ["USR-1234", "HB", "HBX"], isBinary };
      expect(passed(text.split(""), options)).toBe(passed([text], options));
    }),
    { numRuns: 1000 },
  );
});
