import { execFileSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Whether it came over TLS. */
  readonly secure: boolean;
  readonly user: string | null;
  readonly raw: string;
}

/** A real SMTP server on loopback. `options` may refuse at any step. */
export async function startMail(
  options: SMTPServerOptions = {},
): Promise<{ readonly port: number; readonly mails: readonly ReceivedMail[] }> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    // The session's own cipher is none: everything here is loopback.
    allowInsecureAuth: true,
    logger: false,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? '' }),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user ?? null,
          raw: Buffer.concat(chunks).toString('latin1'),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
      }),
  );
  return { port: (server.server.address() as AddressInfo).port, mails };
}

export interface ParsedMail {
  /** Decoded, by lower-case name; a header that comes twice has two entries. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly parts: readonly {
    readonly type: string;
    readonly file: string | null;
    readonly text: string;
    readonly sha256: string;
  }[];
}

const PARSER = `
import email, email.policy, hashlib, json, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = []
for part in message.walk():
    if part.is_multipart(): continue
    body = part.get_payload(decode=True)
    text = body.decode('utf-8') if part.get_content_maintype() == 'text' else ''
    parts.append({'type': part.get_content_type(), 'file': part.get_filename(), 'text': text,
                  'sha256': hashlib.sha256(body).hexdigest()})
print(json.dumps({'headers': [[name.lower(), str(value)] for name, value in message.items()], 'parts': parts}))
`;

/** The mail as another program reads it: Python's own parser. */
export function parseMail(mail: ReceivedMail | undefined): ParsedMail {
  const input = Buffer.from(mail?.raw ?? '', 'latin1');
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', PARSER], { input, encoding: 'utf8' })) as ParsedMail;
}

export function header(mail: ParsedMail, name: string): string[] {
  return mail.headers.filter(([one]) => one === name).map(([, value]) => value);
}
