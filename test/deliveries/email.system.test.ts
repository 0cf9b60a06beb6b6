import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { greetingName } from '../../src/deliver/smtp.ts';
import { DELIVERY_SETTINGS } from '../../src/deliver/registry.ts';
import { withFolder } from '../run/run-sandbox.ts';
import { currentCertificate } from '../sources/certificate.ts';
import { header, parseMail, startMail } from './mail-server.ts';
import { deliver, dependencies, destination, failureOf, runIn } from './material.ts';

const PASSWORD = 'smtp-passw0rd-9f3a';

function mailTo(port: number, entry: object = {}) {
  const settings = { kind: 'email', host: '127.0.0.1', port, from: 'reports@example.com', to: ['ana@example.com'] };
  return destination({ ...settings, ...entry }, dependencies('/', { SMTP_PASSWORD: PASSWORD }));
}

const AUTH = { user: 'reports', password: { env: 'SMTP_PASSWORD' } };

/** An error that the server answers with. */
function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

describe('an e-mail', () => {
  test('has stamp and verdicts in its subject, the summary twice, and the report attached', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail();
      const to = mailTo(port, { ...AUTH, to: ['ana@example.com', 'bo@example.org'] });
      const run = await runIn(folder, { 'report.pdf': '%PDF-1.7 …', 'report.xlsx': 'PK', 'detections.csv': 'uuid' });
      const receipt = await deliver(to, run);
      const [received] = mails;
      expect(received).toMatchObject({
        from: 'reports@example.com',
        to: ['ana@example.com', 'bo@example.org'],
        user: 'reports',
      });
      const mail = parseMail(received);
      expect(header(mail, 'subject')).toEqual(['[THRESHOLD CROSSED] Bank Ümläut & Co., Monthly report, January 2024']);
      expect(header(mail, 'message-id')).toEqual([`<${run.reportId}.${to.id}@example.com>`]);
      expect(header(mail, 'auto-submitted')).toEqual(['auto-generated']);
      expect(mail.parts.map(({ type, file }) => [type, file])).toEqual([
        ['text/plain', null],
        ['text/html', null],
        ['application/pdf', 'bank-umlaut-co_2024-01.pdf'],
        ['text/plain', 'bank-umlaut-co_2024-01.xlsx'],
      ]);
      const [text, html, pdf] = mail.parts;
      const evidence = ['Kept at: https://reports.example.com/2024-01', 'Report DR-00000-11111-22222-33333, run '];
      for (const line of evidence) expect(text?.text).toContain(line);
      expect(html?.text).toContain(evidence.join('<br>'));
      for (const body of [text, html]) {
        for (const words of ['Fake rate', '33.3 % of 9 decided', 'fake_rate &gt; 0.05', run.manifestSha256]) {
          expect(body?.text.replaceAll('fake_rate > 0.05', 'fake_rate &gt; 0.05')).toContain(words);
        }
      }
      expect(pdf?.sha256).toBe(run.files[0]?.sha256);
      expect(receipt).toMatchObject({ outcome: 'delivered', files: 2, details: { remarks: [] } });
      expect(received?.raw).not.toContain(PASSWORD);
    });
  });

  test('in German writes the value of a crossed threshold as all its numbers', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail();
      const run = await runIn(folder);
      const thresholds = [
        { condition: 'fake_rate > 5%', value: 1 / 3, text: '33.3 %', crossed: true },
        { condition: 'verdicts.fake > 9', value: 1234, text: '1,234', crossed: true },
      ];
      await deliver(mailTo(port), { ...run, summary: { ...run.summary, language: 'de', thresholds } });
      const text = parseMail(mails[0]).parts[0]?.text;
      expect(text).toContain('Schwelle überschritten: fake_rate > 5% (der Wert ist 33,3 %).');
      expect(text).toContain('Schwelle überschritten: verdicts.fake > 9 (der Wert ist 1.234).');
    });
  });

  test('goes without attachments that are too large, and says so', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail();
      const run = await runIn(folder, { 'report.pdf': Buffer.alloc(600_000), 'report.xlsx': Buffer.alloc(600_000) });
      await deliver(mailTo(port, { max_attachments_mb: 1 }), run);
      const mail = parseMail(mails[0]);
      expect(mail.parts).toHaveLength(2);
      for (const { text } of mail.parts) {
        expect(text).toContain(
          'Not attached, because together they have 1.2 MB (limit 1 MB): report.pdf, report.xlsx.',
        );
      }
    });
  });

  test.each([
    ['without a word', true],
    ['that it announces', false],
  ])('the summary goes alone where the server has a limit below the encoded size, %s', async (_how, hideSize) => {
    await withFolder(async (folder) => {
      let datas = 0;
      const size = 100_000;
      const { port, mails } = await startMail({
        ...(hideSize ? {} : { size }),
        ...(hideSize
          ? {
              onData(stream, session, done) {
                datas++;
                let bytes = 0;
                stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
                stream.on('end', () => {
                  if (bytes > size) return done(reply(552, 'message exceeds fixed maximum message size'));
                  taken.push(bytes);
                  done();
                });
                void session;
              },
            }
          : {}),
      });
      const taken: number[] = [];
      const run = await runIn(folder, { 'report.pdf': Buffer.alloc(80_000, 7) });
      const receipt = await deliver(mailTo(port, { max_attachments_mb: 1 }), run);
      expect(receipt).toMatchObject({ outcome: 'delivered', files: 0 });
      expect(receipt.details['remarks']).toEqual([
        'Not attached, because the mail server takes no message of that size: report.pdf. Find them at the address below.',
        'Not attached, because this run has no such file: report.xlsx.',
      ]);
      if (hideSize) expect([datas, taken.length]).toEqual([2, 1]);
      else expect(parseMail(mails[0]).parts.map(({ file }) => file)).toEqual([null, null]);
    });
  });

  test('counts attachments as they are sent, and says where they are when no link does', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail();
      const run = await runIn(folder, { 'report.pdf': Buffer.alloc(900_000) });
      await deliver(mailTo(port, { max_attachments_mb: 1 }), { ...run, summary: { ...run.summary, links: [] } });
      const mail = parseMail(mails[0]);
      expect(mail.parts).toHaveLength(2);
      expect(mail.parts[0]?.text).toContain(
        `because together they have 0.9 MB, 1.2 MB as e-mail sends them, (limit 1 MB): report.pdf. Find them in the folder ${run.folder}.`,
      );
    });
  });

  test('the same run again has the same Message-ID', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail();
      const run = await runIn(folder);
      await deliver(mailTo(port), run);
      await deliver(mailTo(port), run);
      const ids = mails.map((mail) => header(parseMail(mail), 'message-id')[0]);
      expect(ids).toHaveLength(2);
      expect(new Set(ids).size).toBe(1);
    });
  });

  test('no word of the job or the run begins another header', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail();
      const run = await runIn(folder);
      const evil = 'Report\r\nBcc: eve@example.net\r\n\r\n<b>body</b>';
      const title = { ...run, summary: { ...run.summary, title: evil, links: [`https://a.example/${evil}`] } };
      await deliver(mailTo(port), title);
      expect(mails[0]?.to).toEqual(['ana@example.com']);
      const mail = parseMail(mails[0]);
      expect(header(mail, 'bcc')).toEqual([]);
      expect(header(mail, 'subject')[0]).toContain('Report Bcc: eve@example.net <b>body</b>, January 2024');
      expect(mail.parts[1]?.text).not.toContain('<b>');
    });
  });

  test('a recipient who is refused is told of, the others have it', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail({
        onRcptTo: ({ address }, _session, done) => done(address.startsWith('bo') ? reply(550, 'no such user') : null),
      });
      const receipt = await deliver(mailTo(port, { to: ['ana@example.com', 'bo@example.com'] }), await runIn(folder));
      expect(mails[0]?.to).toEqual(['ana@example.com']);
      expect(receipt.notices).toEqual([expect.stringContaining('not for bo@example.com')]);
    });
  });
});

describe('a mail server that refuses', () => {
  test.each([
    [550, 'refused', false],
    [451, 'busy', true],
    [452, 'full', false],
    [552, 'full', false],
  ])('with %i', async (code, fault, retryable) => {
    await withFolder(async (folder) => {
      const { port } = await startMail({ onMailFrom: (_address, _session, done) => done(reply(code, 'not now')) });
      const error = await failureOf(mailTo(port), await runIn(folder));
      expect(error).toMatchObject({ fault, retryable });
      expect(error.message).toContain(String(code));
    });
  });

  test('the password: told without it', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail({
        onAuth: (auth, _session, done) => done(reply(535, `bad password ${auth.password ?? ''}`)),
      });
      const error = await failureOf(mailTo(port, AUTH), await runIn(folder));
      expect(error).toMatchObject({ fault: 'refused', retryable: false });
      expect(error.remedy).toContain('password');
      expect(error.message).not.toContain(PASSWORD);
      expect(mails).toHaveLength(0);
    });
  });

  test('nobody listens', async () => {
    await withFolder(async (folder) => {
      expect(await failureOf(mailTo(1), await runIn(folder))).toMatchObject({ fault: 'unreachable', retryable: true });
    });
  });
});

/** A relay that answers the greeting with these words and, if it should, hangs up. Returns what it was greeted with. */
async function startRelay(refusal: string, hangsUp: boolean): Promise<{ port: number; greetings: string[] }> {
  const greetings: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 relay.example.com ESMTP\r\n');
    socket.on('data', (chunk: Buffer) => {
      const line = chunk.toString('latin1').trim();
      greetings.push(line);
      socket.write(`${refusal}\r\n`, () => {
        if (hangsUp) socket.destroySoon();
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, greetings };
}

describe('the greeting', () => {
  test.each([true, false])('that a relay refuses for good is not tried again; it hangs up: %s', async (hangsUp) => {
    await withFolder(async (folder) => {
      const { port } = await startRelay('550 5.7.1 go away', hangsUp);
      const error = await failureOf(mailTo(port), await runIn(folder));
      expect(error).toMatchObject({ fault: 'refused', retryable: false });
      expect(error.message).toContain('550');
    });
  });

  test('that a relay refuses only when it is told of recipients is refused as well', async () => {
    await withFolder(async (folder) => {
      const { port } = await startMail({
        onRcptTo: (_address, _session, done) =>
          done(reply(450, '4.7.1 <[127.0.0.1]>: Helo command rejected: Host not found')),
      });
      const error = await failureOf(mailTo(port), await runIn(folder));
      expect(error).toMatchObject({ fault: 'refused', retryable: false });
      expect(error.remedy).toContain('helo');
    });
  });

  test('that a relay cannot take now is tried again', async () => {
    await withFolder(async (folder) => {
      const { port } = await startRelay('421 4.3.2 shutting down', true);
      expect(await failureOf(mailTo(port), await runIn(folder))).toMatchObject({ fault: 'busy', retryable: true });
    });
  });

  test('is the name that helo says, or else a full name or an address that is not loopback’s', async () => {
    await withFolder(async (folder) => {
      const { port, greetings } = await startRelay('550 no', true);
      await failureOf(mailTo(port, { helo: 'reports.example.com' }), await runIn(folder));
      await failureOf(mailTo(port, { helo: '[192.0.2.7]' }), await runIn(folder));
      await failureOf(mailTo(port), await runIn(folder));
      expect(greetings.filter((line) => line.startsWith('EHLO'))).toEqual([
        'EHLO reports.example.com',
        'EHLO [192.0.2.7]',
        `EHLO ${greetingName()}`,
      ]);
      const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
      if (addresses.some(({ internal, family }) => !internal && family === 'IPv4')) {
        expect(greetingName()).not.toContain('127.0.0.1');
      }
    });
  });
});

describe('TLS', () => {
  // A spelling of 127.0.0.1 that is not taken for this machine.
  const ELSEWHERE = '127.1';

  test('a server without it gets nothing', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail();
      const error = await failureOf(mailTo(port, { ...AUTH, host: ELSEWHERE }), await runIn(folder));
      expect(error).toMatchObject({ fault: 'refused', retryable: false });
      expect(mails).toHaveLength(0);
    });
  });

  test('a certificate that nobody vouches for is refused', async () => {
    await withFolder(async (folder) => {
      const { port, mails } = await startMail({ ...currentCertificate(ELSEWHERE), disabledCommands: [] });
      const error = await failureOf(mailTo(port, { ...AUTH, host: ELSEWHERE }), await runIn(folder));
      expect(error).toMatchObject({ fault: 'refused', retryable: false });
      expect(error.message).toContain('TLS');
      expect(mails).toHaveLength(0);
    });
  });
});

test.each([
  ['from', { from: 'a@example.com\r\nBcc: b@example.com' }],
  ['to', { to: ['ana@example.com, eve@example.net'] }],
  ['to', { to: ['"Ana" <ana@example.com>'] }],
  ['host', { host: 'smtp.example.com\r\n' }],
  ['helo', { helo: 'a.example.com\r\nRCPT TO:<b@example.com>' }],
])('an address that is none is refused in the job file: %s', (_what, entry) => {
  const settings = { kind: 'email', host: 'localhost', from: 'a@example.com', to: ['b@example.com'], ...entry };
  expect(DELIVERY_SETTINGS.safeParse(settings).success).toBe(false);
});

test('a server is tried without sending: login and all', async () => {
  const { port, mails } = await startMail({
    onAuth: ({ password }, _session, done) =>
      password === PASSWORD ? done(null, { user: 'reports' }) : done(reply(535, 'bad login')),
  });
  const { signal } = new AbortController();
  await mailTo(port, AUTH).checkLive?.(signal);
  expect(mails).toEqual([]);
  const wrong = destination(
    { kind: 'email', host: '127.0.0.1', port, from: 'a@example.com', to: ['b@example.com'], ...AUTH },
    dependencies('/', { SMTP_PASSWORD: 'wrong' }),
  );
  await expect(wrong.checkLive?.(signal)).rejects.toMatchObject({ fault: 'refused' });
});
