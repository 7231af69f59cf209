import type { MailConfig } from "../../config/config.ts";
import type { Message } from "./mail-message.ts";

/** No mail server takes longer over a step; an attempt has a bound. */
const stepLimitMs = 30_000;

export interface OutgoingMail extends Message {
  /** The same at every attempt: a mail program shows one that comes twice once. */
  readonly id: string;
  readonly to: readonly string[];
  readonly attachment: { readonly name: string; readonly bytes: Uint8Array } | null;
}

/**
 * Hands a mail to the plant's mail server.
 *
 * @throws where it was not reached, or did not take the mail for all recipients.
 */
export async function sendMail(config: MailConfig, mail: OutgoingMail): Promise<void> {
  // Only a plant that sends mails waits for its code.
  const { createTransport } = await import("nodemailer");
  const { host, port, user, password, tls, from } = config;
  const transport = createTransport({
    host,
    port,
    secure: port === 465,
    requireTLS: tls,
    tls: { rejectUnauthorized: tls },
    ...(user !== null && { auth: { user, pass: password ?? "" } }),
    connectionTimeout: stepLimitMs,
    greetingTimeout: stepLimitMs,
    socketTimeout: stepLimitMs,
  });
  try {
    const { rejected } = await transport.sendMail({
      messageId: `<${mail.id}@${from.split("@").at(-1)}>`,
      from,
      to: [...mail.to],
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      ...(mail.attachment !== null && {
        attachments: [{ filename: mail.attachment.name, content: Buffer.from(mail.attachment.bytes) }],
      }),
    });
    if (rejected.length > 0) throw new Error(`the mail server refused ${rejected.join(", ")}`);
  } finally {
    transport.close();
  }
}
