import * as z from 'zod';
import type { DeliveryDependencies, Destination } from './destination.ts';
import { DIRECTORY_SETTINGS, openDirectory } from './directory/delivery.ts';
import { openEmail } from './email/delivery.ts';
import { EMAIL_SETTINGS } from './email/message.ts';
import { openS3 } from './s3/delivery.ts';
import { S3_SETTINGS } from './s3/bucket.ts';
import { openWebhook, WEBHOOK_SETTINGS } from './webhook/delivery.ts';

export type { DeliveryDependencies } from './destination.ts';

/** One entry of a job's `deliver:`. Only this file imports the implementations. */
export const DELIVERY_SETTINGS = z.discriminatedUnion('kind', [
  DIRECTORY_SETTINGS,
  S3_SETTINGS,
  EMAIL_SETTINGS,
  WEBHOOK_SETTINGS,
]);

export type DeliverySettings = z.output<typeof DELIVERY_SETTINGS>;

/** `deliver:` of a job: each destination is independent. */
export const DELIVER_LIST = z.array(DELIVERY_SETTINGS).max(20);

/** The destination of an entry. Reads no secret and sends nothing. */
export function openDestination(settings: DeliverySettings, deps: DeliveryDependencies): Destination {
  switch (settings.kind) {
    case 'directory':
      return openDirectory(settings, deps);
    case 's3':
      return openS3(settings, deps);
    case 'email':
      return openEmail(settings, deps);
    case 'webhook':
      return openWebhook(settings, deps);
  }
}
