import * as z from 'zod';
import { SECRET_REFERENCE } from '../../platform/secret-reference.ts';
import { HTTPS_ADDRESS } from '../../platform/http/addresses.ts';

export const WEBHOOK_SETTINGS = z
  .strictObject({
    kind: z.literal('webhook'),
    url: z
      .union([HTTPS_ADDRESS, SECRET_REFERENCE])
      .meta({ description: 'Where to POST the summary; an address that is itself a secret is named like one' }),
    secret: SECRET_REFERENCE.meta({ description: 'Signs the body: HMAC-SHA256' }),
    timeout_seconds: z.int().min(1).max(300).default(30).meta({ description: 'For the answer' }),
  })
  .meta({ description: 'The summary as JSON, signed, by HTTP POST' });

export type WebhookSettings = z.output<typeof WEBHOOK_SETTINGS>;
