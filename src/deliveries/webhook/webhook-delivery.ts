import { InvariantError } from '../../core/errors.ts';
import type { DeliveryKind } from '../delivery-kind.ts';
import { WEBHOOK_SETTINGS, type WebhookSettings } from './settings.ts';

export const webhookDelivery: DeliveryKind<WebhookSettings> = {
  kind: 'webhook',
  description: WEBHOOK_SETTINGS.description ?? '',
  schema: WEBHOOK_SETTINGS,
  open: () => {
    throw new InvariantError('This kind of delivery is not built yet.');
  },
};
