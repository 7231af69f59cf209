/** A mail server that takes everything and keeps it. */
export interface MailSink extends Disposable {
  readonly port: number;
  /** Each message as it came, header and body, lines ended by LF. */
  readonly messages: readonly string[];
}

/** SMTP as far as a sender without TLS and login needs it (RFC 5321). */
export function startMailSink(): MailSink {
  const messages: string[] = [];
  const server = Bun.listen<{ text: string; inMessage: boolean }>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { text: "", inMessage: false };
        socket.write("220 sink\r\n");
      },
      data(socket, bytes) {
        const session = socket.data;
        session.text += bytes.toString();
        while (true) {
          const end = session.inMessage ? "\r\n.\r\n" : "\r\n";
          const at = session.text.indexOf(end);
          if (at < 0) return;
          const said = session.text.slice(0, at);
          session.text = session.text.slice(at + end.length);
          if (session.inMessage) messages.push(said.replaceAll("\r\n", "\n"));
          session.inMessage = !session.inMessage && said.toUpperCase() === "DATA";
          if (session.inMessage) socket.write("354 go on\r\n");
          else if (said.toUpperCase() === "QUIT") socket.end("221 bye\r\n");
          else socket.write("250 ok\r\n");
        }
      },
    },
  });
  return { port: server.port, messages, [Symbol.dispose]: () => server.stop(true) };
}
