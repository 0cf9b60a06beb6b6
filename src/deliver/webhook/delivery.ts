import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { Secret } from '../../core/secret.ts';
import { shorten, terminalSafe } from '../../core/text.ts';
import { HTTPS_ADDRESS, readHttpsAddress, referenceText, SECRET_REFERENCE } from '../../platform/addresses.ts';
import { type HttpAnswer, openHttpClient } from '../../platform/http/client.ts';
import { type DeliveryDependencies, type Destination, type DeliveryReceipt, destinationId } from '../destination.ts';
import { statusFailure, wireFailure } from '../http-failure.ts';

export const WEBHOOK_SETTINGS = z
  .strictObject({
    kind: z.literal('webhook'),
    url: z.union([HTTPS_ADDRESS, SECRET_REFERENCE]).meta({
      description: 'Where to POST the summary; if the address is secret, write { env: NAME } or { file: PATH }',
    }),
    secret: SECRET_REFERENCE.meta({ description: 'Signs the body: HMAC-SHA256' }),
    timeout_seconds: z
      .int()
      .min(1)
      .max(300)
      .default(30)
      .meta({ description: 'How long to wait for the answer, in seconds' }),
  })
  .meta({ description: 'The summary as JSON, signed, by HTTP POST' });

type WebhookSettings = z.output<typeof WEBHOOK_SETTINGS>;

/**
 * `v1=` and the hex HMAC-SHA256 (RFC 2104) of `TIMESTAMP.BODY`, the body's bytes as sent. The time is signed too, so
 * that a receiver can refuse an old message that is sent again. docs/operations.md shows how to check it.
 */
export function signature(secret: Secret, timestampSeconds: number, body: string): string {
  return `v1=${createHmac('sha256', secret.reveal()).update(`${timestampSeconds}.${body}`, 'utf8').digest('hex')}`;
}

const LIMITS = { connectMs: 10_000, headersMs: 300_000, idleBodyMs: 30_000 };
const MOST_BODY_BYTES = 4096;
const LONGEST_QUOTE = 160;

/** Posts the run's summary, signed. The receiver can fetch the rest from the places in the summary. */
export function openWebhook(
  { url: address, secret, timeout_seconds }: WebhookSettings,
  deps: DeliveryDependencies,
): Destination {
  const id = destinationId('webhook', [typeof address === 'string' ? address : referenceText(address)]);
  // The path of an address is often the secret: shows only the host.
  const line = `webhook at ${typeof address === 'string' ? new URL(address).host : referenceText(address)}`;

  const readTarget = async () => {
    const signing = await deps.readSecret(secret);
    if (typeof address === 'string') return { url: new URL(address), secrets: [signing], signing };
    const read = await deps.readSecret(address);
    return { url: readHttpsAddress(read.reveal(), referenceText(address)), secrets: [signing, read], signing };
  };

  const post = async (body: string, key: string, signal: AbortSignal): Promise<DeliveryReceipt> => {
    const { url, secrets, signing } = await readTarget();
    const timestampSeconds = Math.floor(deps.clock.nowMs() / 1000);
    const timeoutMs = timeout_seconds * 1000;
    const client = openHttpClient(url, { ...deps, limits: LIMITS, timeoutMs, maxBodyBytes: MOST_BODY_BYTES });
    try {
      const headers = {
        'content-type': 'application/json',
        'user-agent': `detect-report/${deps.version}`,
        'idempotency-key': key,
        'x-detect-report-timestamp': String(timestampSeconds),
        'x-detect-report-signature': signature(signing, timestampSeconds, body),
      };
      const answer = await client.send({ method: 'POST', url, headers, body }, signal);
      if (answer.status < 200 || answer.status > 299) {
        const remedy = 'Check the address and the secret, here and there.';
        throw statusFailure(answer, `The ${line}`, saidBy(answer, secrets), remedy);
      }
      const bytes = Buffer.byteLength(body);
      return { outcome: 'delivered', location: url.host, files: 0, bytes, details: { status: answer.status } };
    } catch (error) {
      throw wireFailure(error, `The ${line}`);
    } finally {
      await client.close();
    }
  };

  return {
    kind: 'webhook',
    id,
    describe: () => line,
    async check() {
      await readTarget();
    },
    async checkLive(signal) {
      await post('{"format":"detect-report/check/1"}', `check.${id}`, signal);
    },
    deliver: (run, key, signal) => post(JSON.stringify(run.summary), key, signal),
  };
}

/** The beginning of an answer's text: not trusted, it may echo what was sent. */
function saidBy({ body }: HttpAnswer, secrets: readonly Secret[]): string | null {
  let text = body.toString('utf8').replaceAll(/\s+/g, ' ').trim();
  for (const secret of secrets) text = secret.redact(text);
  return text === '' ? null : shorten(terminalSafe(text), LONGEST_QUOTE);
}
