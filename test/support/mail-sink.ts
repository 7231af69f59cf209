import { buffer } from "node:stream/consumers";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

/** A message as a mail program would show it. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** False where only text came. */
  readonly hasHtml: boolean;
}

/** A mail server without TLS and login that takes everything and keeps it. */
export interface MailSink extends AsyncDisposable {
  readonly port: number;
  readonly messages: readonly Mail[];
}

export async function startMailSink(hostname = "127.0.0.1"): Promise<MailSink> {
  const messages: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    // Else it asks a name server about every sender.
    disableReverseLookup: true,
    onData(stream, { envelope }, done) {
      buffer(stream)
        .then((bytes) => PostalMime.parse(bytes))
        .then(({ subject = "", text = "", html }) => {
          messages.push({
            from: envelope.mailFrom === false ? "" : envelope.mailFrom.address,
            to: envelope.rcptTo.map(({ address }) => address),
            subject,
            text: text.trimEnd(),
            hasHtml: html !== undefined,
          });
          done();
        })
        .catch(done);
    },
  });
  await new Promise<void>((listening, fail) => {
    server.once("error", fail);
    server.listen(0, hostname, () => listening());
  });
  const address = server.server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    messages,
    [Symbol.asyncDispose]: () => new Promise((closed) => server.close(() => closed())),
  };
}
