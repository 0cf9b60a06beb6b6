import { InvariantError } from '../../core/errors.ts';
import type { DeliveryKind } from '../delivery-kind.ts';
import { EMAIL_SETTINGS, type EmailSettings } from './settings.ts';

export const emailDelivery: DeliveryKind<EmailSettings> = {
  kind: 'email',
  description: EMAIL_SETTINGS.description ?? '',
  schema: EMAIL_SETTINGS,
  open: () => {
    throw new InvariantError('This kind of delivery is not built yet.');
  },
};
