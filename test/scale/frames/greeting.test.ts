import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Greeting, recognise } from "../../../src/scale/frames/greeting.ts";
import { type Protocol, protocols } from "../../../src/scale/frames/protocols.ts";
import { anyStream, type Below } from "./streams.ts";

/** What clients of each protocol really send first. */
const greetings: readonly (readonly [Protocol, string])[] = [
  ["http", "GET / HTTP/1.1\r\nHost: 10.0.0.5:10001\r\n\r\n"],
  ["http", "GET /\r\n"],
  ["http", "get /index.html http/1.0\r\n"],
  ["http", "HEAD /health HTTP/1.0\r\n\r\n"],
  ["http", "POST / HTTP/1.1\r\nContent-Type: text/plain\r\n\r\n\r\n1,50.00 lb\r\n"],
  ["http", "\r\n\r\nPOST / HTTP/1.1\r\n\r\n1,50.00 lb\r\n"],
  ["http", "PUT /x HTTP/1.1\r\n"],
  ["http", "DELETE /x HTTP/1.1\r\n"],
  ["http", "PATCH /x HTTP/1.1\r\n"],
  ["http", "TRACE / HTTP/1.1\r\n"],
  ["http", "OPTIONS / HTTP/1.1\r\nOrigin: https://evil.example\r\n"],
  ["http", "OPTIONS * HTTP/1.1\r\n"],
  ["http", "PROPFIND / HTTP/1.1\r\n"],
  ["http", "M-SEARCH * HTTP/1.1\r\n"],
  ["http", "BREW /pot-1 HTTP/1.1\r\n"],
  ["http", `BREW /${"x".repeat(400)} HTTP/1.1\r\n1,50.00 lb\r\n`],
  ["http", `GET /${"x".repeat(400)} HTTP/1.1\r\n1,50.00 lb\r\n`],
  ["http", "CONNECT 10.0.0.9:443 HTTP/1.1\r\n"],
  ["http", "CONNECT [fd00::1]:443 HTTP/1.1\r\n"],
  ["http", "GET http://10.0.0.5:10001/ HTTP/1.1\r\n"],
  ["http", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0"],
  ["http", "HTTP/1.1 400 Bad Request\r\n"],
  ["rtsp", "OPTIONS rtsp://10.0.0.5:10001/ RTSP/1.0\r\nCSeq: 1\r\n"],
  ["sip", "OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm\r\n"],
  ["sip", "REGISTER sip:10.0.0.5 SIP/2.0\r\n"],
  ["proxy", "PROXY TCP4 10.0.0.9 10.0.0.5 41234 10001\r\n1,50.00 lb\r\n"],
  ["proxy", "PROXY UNKNOWN\r\n"],
  ["proxy", "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x0a\0\0\x09\x0a\0\0\x05\xa1\x12\x27\x11"],
  ["tls", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"],
  ["tls", "\x16\x03\x03\0\xa5\x01\0\0\xa1"],
  ["tls", "\x80\x2e\x01\x03\x01\0\x15\0\0\0\x10"],
  ["tls", "\x80\x2e\x01\0\x02\0\x15\0\0\0\x10"],
  ["ssh", "SSH-2.0-OpenSSH_9.6\r\n"],
  ["ssh", "SSH-1.5-x\n"],
  ["smtp", "220 mail.example.com ESMTP Postfix\r\n"],
  ["smtp", "220-mail.example.com ESMTP Exim\r\n"],
  ["smtp", "EHLO scanner.example\r\n"],
  ["smtp", "HELO x\r\n"],
  ["ftp", "220 (vsFTPd 3.0.3)\r\n"],
  ["ftp", "220 Microsoft FTP Service\r\n"],
  ["ftp", "220 Service ready for new user.\r\n"],
  ["ftp", "AUTH TLS\r\n"],
  ["pop3", "+OK Dovecot ready.\r\n"],
  ["imap", "* OK [CAPABILITY IMAP4rev1] ready\r\n"],
  ["rdp", "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"],
  ["rdp", "\x03\0\0\x0b\x06\xe0\0\0\0\0\0"],
  ["rdp", "\x03\0\0\x16\x11\xe0\0\0\0\x01\0\xc1\x02\x01\0\xc2\x02\x01\x02\xc0\x01\x0a"],
  ["smb", "\0\0\0\xa4\xffSMB\x72\0\0\0\0\x08\x01\x40"],
  ["smb", "\0\0\0\x6c\xfeSMB\x40\0\0\0\0\0\0\0"],
  ["smb", "\x81\0\0\x44 CKFDENECFDEFFCFGEFFCCACACACACACA\0"],
  ["modbus", "\0\x01\0\0\0\x06\x01\x03\0\0\0\x0a"],
  ["modbus", "1,\0\0\0\x06\x01\x03\0\0\0\x0a"],
  ["modbus", "\0\x07\0\0\0\x0b\x01\x10\0\0\0\x02\x04\0\x01\0\x02"],
  ["modbus", "\0\0\0\0\0\x05\0\x2b\x0e\x01\0"],
  ["mqtt", "\x10\x10\0\x04MQTT\x04\x02\0\x3c\0\x04abcd"],
  ["mqtt", "\x10\x1a\0\x06MQIsdp\x03\x02\0\x3c"],
  ["mqtt", "\x10\xac\x02\0\x04MQTT\x05\x02\0\x3c"],
  ["amqp", "AMQP\0\0\x09\x01"],
  ["nats", 'CONNECT {"verbose":false}\r\n'],
  ["stomp", "CONNECT\naccept-version:1.2\n\n\0"],
  ["stomp", "STOMP\r\naccept-version:1.2\r\n\r\n\0"],
  ["kafka", "\0\0\0\x1f\0\x12\0\x03\0\0\0\x01\0\x05admin"],
  ["redis", "*1\r\n$4\r\nPING\r\n"],
  ["redis", "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$10\r\n1,50.00 lb\r\n"],
  ["postgres", "\0\0\0\x08\x04\xd2\x16\x2f"],
  ["postgres", "\0\0\0\x08\x04\xd2\x16\x30"],
  ["postgres", "\0\0\0\x29\0\x03\0\0user\0prepuff\0"],
  ["sql_server", "\x12\x01\0\x34\0\0\0\0\0\0\x15\0\x06\x01"],
  ["oracle", "\0\x5a\0\0\x01\0\0\0\x01\x36\x01\x2c"],
  ["mongodb", "\x3a\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0"],
  ["mongodb", "\x3a\0\0\0\xa7\x41\0\0\0\0\0\0\xd4\x07\0\0"],
  ["vnc", "RFB 003.008\n"],
  ["x11", "l\0\x0b\0\0\0\0\0\0\0\0\0"],
  ["json_rpc", '{"jsonrpc":"2.0","id":1,"method":"1,50.00 lb"}\n'],
  ["json_rpc", '{"id": 1, "method": "mining.subscribe", "params": []}\n'],
  ["json_rpc", '[{"id":1,"jsonrpc":"2.0"}]'],
  ["rpc", "\x80\0\0\x28\x72\xfe\x1d\x13\0\0\0\0\0\0\0\x02\0\x01\x86\xa0"],
  ["java_rmi", "JRMI\0\x02K"],
  ["ajp", "\x12\x34\0\x01\x02\x02"],
  ["ldap", "0\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0"],
  ["ldap", "0\x84\0\0\0\x2d\x02\x01\x07\x63\x84"],
  ["dns", "\0\x1e\0\x06\x01\0\0\x01\0\0\0\0\0\0\x07version"],
  ["stun", "\0\x03\0\x08\x21\x12\xa4\x42abcdefghijkl"],
  ["stun", "\0\x4c\0\x01\0\x38\x21\x12\xa4\x42abcdefghijkl"],
  ["socks", "\x05\x01\0"],
  ["socks", "\x05\x02\0\x02"],
  ["git", "0032git-upload-pack /x\0host=10.0.0.5\0"],
  ["rsync", "@RSYNCD: 31.0\n"],
  ["zabbix", "ZBXD\x01\x10\0\0\0"],
  ["opc_ua", "HELF\x3c\0\0\0\0\0\0\0"],
  ["ethernet_ip", "e\0\x04\0\0\0\0\0\0\0\0\0"],
  ["ethernet_ip", "c\0\0\0\0\0\0\0\0\0\0\0"],
  ["dnp3", "\x05\x64\x05\xc9\x01\0\0\x04"],
  ["iec_104", "h\x04\x07\0\0\0"],
  ["fins", "FINS\0\0\0\x0c\0\0\0\0"],
  ["fox", "fox a 1 -1 fox hello\n{\n"],
  ["dicom", "\x01\0\0\0\0\xcd\0\x01\0\0ANY-SCP"],
  ["hl7", "\x0bMSH|^~\\&|"],
  ["printer", "\x1b%-12345X@PJL\r\n"],
  ["printer", "%!PS-Adobe-3.0\n"],
  ["printer", "%PDF-1.7\n"],
];

test("every protocol is recognised", () => {
  expect(new Set(greetings.map(([protocol]) => protocol))).toEqual(
    new Set(Object.keys(protocols) as Protocol[]),
  );
});

test.each(greetings)("%s: %j, from one byte on and wherever it is cut", (protocol, text) => {
  let last = "undecided";
  for (let length = 1; length <= text.length; length++) {
    last = recognise(text.slice(0, length));
    expect(["undecided", protocol]).toContain(last);
    if (last !== "undecided") break;
  }
  expect(last).toBe(protocol);
});

test.each(greetings)("%s: %j, a byte at a time, in pairs, at once", (protocol, text) => {
  for (const size of [1, 2, text.length]) {
    const greeting = new Greeting();
    const found = chunks(text, size).flatMap((chunk) => greeting.take(Buffer.from(chunk, "latin1")) ?? []);
    expect(found).toHaveLength(1);
    expect(found[0]?.protocol).toBe(protocol);
    expect(text.startsWith(found[0]?.text ?? "nothing")).toBe(true);
  }
});

function chunks(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
    text.slice(at * size, (at + 1) * size),
  );
}

describe("what a scale, or what stands in front of one, sends is no greeting", () => {
  test.each([
    "1,45.20 lb\r\n",
    "\r\n1,45.20 lb\r\n",
    "\x021,45.20 lb\x03",
    "\0\0\0\0\x001, 45.20 lb\r\n",
    "\0\0\0\0\x001,+45.20 lb\r\n",
    "220,45.20 lb\r\n",
    "220 ,45.20 lb\r\n",
    "220 lb G\r\n",
    "220 GROSS\r\n",
    "  12.50 lb\r\n",
    "G   12.50 lb\r\n",
    "GROSS   12.50 lb\r\n",
    "GROSS WEIGHT 12.50 lb\r\n",
    "GET 12.50 lb\r\n",
    "GET\r\n",
    "POST\r\n",
    "PUT 1\r\n",
    "NET / 12.50 lb\r\n",
    "TRACE 7\r\n",
    "TARE  1.00 lb\r\n",
    "P+  12.50 kg\r\n",
    "HEAD 2   12.50 lb\r\n",
    "ST,GS,+00012.50kg\r\n",
    "S S     12.50 kg\r\n",
    "SD      12.50 kg\r\n",
    "+OK\r\n",
    "+  12.50 lb\r\n",
    "*1  12.50 lb\r\n",
    "* OK\r\n",
    "US,NT,-00000.1kg\r\n",
    "OPTIONS\r\n",
    "CONNECT 9600\r\n",
    "CONNECT\r\n1,45.20 lb\r\n",
    "RING\r\n",
    "PING",
    "AT+CSQ\r\n",
    "USER 1\r\n",
    "HELLO 1\r\n",
    "ZM405 V2.10\r\n",
    "0001",
    "0032  45.20 lb\r\n",
    '{"scale":1,"weight":"45.20","unit":"lb"}\r\n',
    "<weight>45.20</weight>\r\n",
    "\x1b@1,45.20 lb\r\n",
    "\xef\xbb\xbf1,45.20 lb\r\n",
    "\xa01,45.20 lb\r\n",
    "\x111,45.20 lb\x13",
    "\x0c1,45.20 lb\x0c",
    "\x051,45.20 lb\r\n",
    "\x04\x011,45.20 lb\x04",
    "\x01\x021,45.20 lb\x03\x04",
    "\xff\xfb\x01\xff\xfd\x031,45.20 lb\r\n",
    // Seven bits, the eighth being the parity.
    "\xb1\xac\xb4\xb5\xae\xb2\xb0\xa0\xec\xe2\x8d\x8a",
  ])("%j", (text) => {
    for (let length = 0; length <= text.length; length++) {
      expect(["undecided", "none"]).toContain(recognise(text.slice(0, length)));
    }
    const greeting = new Greeting();
    expect(greeting.take(Buffer.from(text.padEnd(300, "\r\n1,45.20 lb"), "latin1"))).toBeNull();
  });

  const choices = fc.gen().map(
    (g): Below =>
      (bound) =>
        g(fc.nat, { max: bound - 1 }),
  );

  test("whatever the scales of the plant print, and however it is cut", () => {
    fc.assert(
      fc.property(choices, fc.nat({ max: 300 }), (below, cut) => {
        const sent = anyStream(below).segments.join("");
        const greeting = new Greeting();
        expect(greeting.take(Buffer.from(sent.slice(0, cut), "latin1"))).toBeNull();
        expect(greeting.take(Buffer.from(sent.slice(cut), "latin1"))).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

test("what is decided stays, whatever follows", () => {
  const piece = fc.oneof(
    fc
      .constantFrom(...greetings.map(([, text]) => text))
      .chain((text) => fc.nat({ max: text.length }).map((length) => text.slice(0, length))),
    fc.string({
      unit: fc.constantFrom("\0", "\x01", "\x02", "\x03", "\r", "\n", " ", "1", ",", "G", "{", "\xff"),
    }),
  );
  fc.assert(
    fc.property(piece, piece, (beginning, rest) => {
      const decided = recognise(beginning);
      if (decided === "none") expect(recognise(beginning + rest)).toBe("none");
      else if (decided !== "undecided") expect(Object.keys(protocols)).toContain(recognise(beginning + rest));
    }),
    { numRuns: 20_000 },
  );
});

test("only the first 256 bytes count, and are kept", () => {
  const greeting = new Greeting();
  expect(greeting.take(Buffer.from("\r\n".repeat(128)))).toBeNull();
  expect(greeting.take(Buffer.from("GET / HTTP/1.1\r\n"))).toBeNull();
  const other = new Greeting();
  expect(other.take(Buffer.from(`GET / HTTP/1.1\r\n${"x".repeat(1_000)}`))?.text).toHaveLength(256);
});
