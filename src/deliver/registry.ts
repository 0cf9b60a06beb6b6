import * as z from 'zod';
import type { DeliveryDependencies, Destination } from './destination.ts';
import { DIRECTORY_SETTINGS, directoryDelivery } from './directory/delivery.ts';
import { emailDelivery } from './email/delivery.ts';
import { EMAIL_SETTINGS } from './email/message.ts';
import { s3Delivery } from './s3/delivery.ts';
import { S3_SETTINGS } from './s3/bucket.ts';
import { WEBHOOK_SETTINGS, webhookDelivery } from './webhook/delivery.ts';

export type { DeliveryDependencies } from './destination.ts';

/** Every kind of destination for jobs. Only this file imports the implementations. */
export const DELIVERIES = Object.freeze({
  directory: directoryDelivery,
  s3: s3Delivery,
  email: emailDelivery,
  webhook: webhookDelivery,
});

/** One entry of a job's `deliver:`. */
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
      return DELIVERIES.directory.open(settings, deps);
    case 's3':
      return DELIVERIES.s3.open(settings, deps);
    case 'email':
      return DELIVERIES.email.open(settings, deps);
    case 'webhook':
      return DELIVERIES.webhook.open(settings, deps);
  }
}
