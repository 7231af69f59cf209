import { any, bytes, line, type Matcher, range, requestLine, words } from "./beginnings.ts";

/** What is told apart, by the label of its metric; the value is its name for people. */
export const protocols = {
  http: "HTTP",
  proxy: "the PROXY protocol",
  tls: "TLS",
  ssh: "SSH",
  smtp: "SMTP",
  ftp: "FTP",
  pop3: "POP3",
  imap: "IMAP",
  rtsp: "RTSP",
  sip: "SIP",
  rdp: "RDP or S7",
  smb: "SMB",
  modbus: "Modbus/TCP",
  mqtt: "MQTT",
  amqp: "AMQP",
  nats: "NATS",
  stomp: "STOMP",
  kafka: "Kafka",
  redis: "Redis",
  postgres: "PostgreSQL",
  sql_server: "SQL Server",
  oracle: "Oracle",
  mongodb: "MongoDB",
  vnc: "VNC",
  x11: "X11",
  json_rpc: "JSON-RPC",
  rpc: "Sun RPC",
  java_rmi: "Java RMI",
  ajp: "AJP",
  ldap: "LDAP",
  dns: "DNS",
  stun: "STUN",
  socks: "SOCKS",
  git: "git",
  rsync: "rsync",
  zabbix: "Zabbix",
  opc_ua: "OPC UA",
  ethernet_ip: "EtherNet/IP",
  dnp3: "DNP3",
  iec_104: "IEC 60870-5-104",
  fins: "FINS",
  fox: "Niagara Fox",
  dicom: "DICOM",
  hl7: "HL7",
  printer: "a print job",
} as const satisfies Readonly<Record<string, string>>;

export type Protocol = keyof typeof protocols;

const methods = "GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|PATCH";
const methodSoFar = Array.from(
  new Set(methods.split("|").flatMap((word) => [...word].map((_, at) => word.slice(0, at + 1)))),
);

/** Each greeting. Only what no indicator prints is here. `PING`, `USER 1` or `CONNECT 9600` are not: device servers and
 * modems send such lines in front of prints. Nor is the negotiation of telnet: serial device servers speak it.
 */
export const greetings: readonly (readonly [Protocol, Matcher])[] = [
  // Before HTTP, whose lines look alike.
  ["rtsp", requestLine("RTSP")],
  ["sip", requestLine("SIP")],
  ["http", requestLine("HTTP")],
  // Also without a version, as HTTP/0.9 has it, and before the end of a long address is there.
  [
    "http",
    line(
      new RegExp(`^(?:${methods}) (?:/|https?:)`, "i"),
      new RegExp(`^(?:${methodSoFar.join("|")}|(?:${methods}) (?:h(?:t(?:t(?:ps?)?)?)?)?)$`, "i"),
    ),
  ],
  [
    "http",
    line(/^[a-z][a-z_-]{1,31} (?:\/|https?:)[!-~]{200}/i, /^[a-z][a-z_-]{0,31}(?: (?:[/h][!-~]{0,204})?)?$/i),
  ],
  ["proxy", line(/^PROXY (?:TCP[46] |UNKNOWN)/, /^P(?:R(?:O(?:X(?:Y(?: [A-Z]{0,7}[46]?)?)?)?)?)?$/)],
  ["proxy", bytes("\r\n\r\n\0\r\nQUIT\n")],

  // RFC 8446, 4.1.2, and RFC 5246, E.2: the hello in a record of version 3, and that of SSL 2.
  ["tls", bytes("\x16\x03", range(0, 4), any(2), "\x01")],
  ["tls", bytes(range(0x80, 0xff), any(1), "\x01\x03", range(0, 4))],
  ["tls", bytes(range(0x80, 0xff), any(1), "\x01\0\x02")],
  ["ssh", words("SSH-", /^\d/)],

  ["smtp", line(/^220[ -].*(?:SMTP|\bmail\W)/i, /^2(?:2(?:0(?:[ -][^\r\n]*)?)?)?$/)],
  ["ftp", line(/^220[ -].*(?:FTP|service ready|welcome)/i, /^2(?:2(?:0(?:[ -][^\r\n]*)?)?)?$/)],
  ["smtp", words("EHLO ", /^[!-~]/)],
  ["smtp", words("HELO ", /^[!-~]/)],
  ["ftp", words("AUTH TLS")],
  ["pop3", words("+OK ", /^[A-Z<]/)],
  ["imap", words("* OK ", /^[A-Z[]/)],

  // ISO transport on TCP (RFC 1006): a connection request.
  ["rdp", bytes("\x03\0", any(3), "\xe0")],
  ["smb", bytes("\0", any(3), "\xffSMB")],
  ["smb", bytes("\0", any(3), "\xfeSMB")],
  ["smb", bytes("\x81\0\0\x44\x20")],
  // Transaction, protocol 0, length, unit, function: reads and single writes; several writes; identification.
  ["modbus", bytes(any(2), "\0\0\0\x06", any(1), range(1, 6))],
  ["modbus", bytes(any(2), "\0\0\0", range(2, 0xfd), any(1), range(0x0f, 0x11))],
  ["modbus", bytes(any(2), "\0\0\0\x05", any(1), "\x2b\x0e")],
  // The packet's length takes one to three bytes.
  ...[1, 2, 3].flatMap((length): [Protocol, Matcher][] => [
    ["mqtt", bytes("\x10", any(length), "\0\x04MQTT")],
    ["mqtt", bytes("\x10", any(length), "\0\x06MQIsdp")],
  ]),
  ["amqp", bytes("AMQP", range(0, 3))],
  ["nats", words("CONNECT {")],
  [
    "stomp",
    line(
      /^(?:CONNECT|STOMP)\r?\n[a-z-]+:/,
      /^(?:CONNECT|STOMP)(?:\r?\n[a-z-]*|\r)?$|^C(?:O(?:N(?:N(?:EC?)?)?)?)?$|^S(?:T(?:OM?)?)?$/,
    ),
  ],
  ["kafka", bytes("\0\0", any(2), "\0\x12\0", range(0, 4))],

  ["redis", line(/^\*[1-9]\d{0,5}\r\n\$\d/, /^\*(?:[1-9]\d{0,5}(?:\r(?:\n\$?)?)?)?$/)],
  ["postgres", bytes("\0\0", any(2), "\0\x03\0", range(0, 2))],
  ["postgres", bytes("\0\0\0", any(1), "\x04\xd2\x16", range(0x2e, 0x30))],
  ["sql_server", bytes("\x12\x01", any(2), "\0\0", any(1), "\0")],
  ["oracle", bytes(any(2), "\0\0\x01", any(1), "\0\0\x01")],
  ["mongodb", bytes(any(2), "\0\0", any(4), "\0\0\0\0\xdd\x07\0\0")],
  ["mongodb", bytes(any(2), "\0\0", any(4), "\xff\xff\xff\xff\xd4\x07\0\0")],
  ["mongodb", bytes(any(2), "\0\0", any(4), "\0\0\0\0\xd4\x07\0\0")],

  ["vnc", words("RFB ", /^\d{3}\./)],
  ["x11", bytes("l\0\x0b\0\0\0")],
  ["x11", bytes("B\0\0\x0b\0\0")],
  ["json_rpc", line(/^\[?\s*\{\s*(?:".*)?"(?:jsonrpc|method)"\s*:/s, /^\[?\s*(?:\{(?:\s*|\s*".*))?$/s)],
  ["rpc", bytes("\x80\0", any(6), "\0\0\0\0\0\0\0\x02")],
  ["java_rmi", bytes("JRMI\0")],
  ["ajp", bytes("\x12\x34", any(2), "\x02")],
  ["ldap", bytes("0", any(1), "\x02\x01", any(1), range(0x60, 0x77))],
  ["ldap", bytes("0\x84", any(4), "\x02\x01", any(1), range(0x60, 0x77))],
  ["dns", bytes("\0", any(3), range(0, 1), "\0\0\x01\0\0\0\0\0")],
  // RFC 8489, 5; in front of it the length that ICE over TCP adds (RFC 4571). Any page can have a browser send both.
  ["stun", bytes(range(0, 1), any(3), "\x21\x12\xa4\x42")],
  ["stun", bytes(any(2), range(0, 1), any(3), "\x21\x12\xa4\x42")],
  ["socks", bytes("\x05", range(1, 4), range(0, 2))],
  ["git", line(/^[0-9a-f]{4}git-/i, /^(?:[0-9a-f]{1,3}|[0-9a-f]{4}(?:g(?:it?)?)?)$/i)],
  ["rsync", words("@RSYNCD: ")],
  ["zabbix", bytes("ZBXD\x01")],

  ["opc_ua", bytes("HELF", any(2), "\0\0")],
  ["ethernet_ip", bytes("e\0\x04\0\0\0\0\0")],
  ["ethernet_ip", bytes("c\0\0\0\0\0\0\0")],
  ["dnp3", bytes("\x05\x64", range(5, 255), range(0xc0, 0xff))],
  ["iec_104", bytes("h\x04\x07\0\0\0")],
  ["fins", bytes("FINS\0\0\0")],
  ["fox", words("FOX A ", /^\d/)],
  ["dicom", bytes("\x01\0\0\0", any(2), "\0\x01\0\0")],
  ["hl7", bytes("\x0bMSH|")],
  ["printer", bytes("\x1b%-12345X")],
  ["printer", words("%!PS-")],
  ["printer", words("%PDF-", /^\d/)],
];
