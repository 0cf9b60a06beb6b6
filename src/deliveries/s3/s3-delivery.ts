import { InvariantError } from '../../core/errors.ts';
import type { DeliveryKind } from '../delivery-kind.ts';
import { S3_SETTINGS, type S3Settings } from './settings.ts';

export const s3Delivery: DeliveryKind<S3Settings> = {
  kind: 's3',
  description: S3_SETTINGS.description ?? '',
  schema: S3_SETTINGS,
  open: () => {
    throw new InvariantError('This kind of delivery is not built yet.');
  },
};
