import { InvariantError } from '../../core/errors.ts';
import type { DeliveryKind } from '../delivery-kind.ts';
import { DIRECTORY_SETTINGS, type DirectorySettings } from './settings.ts';

export const directoryDelivery: DeliveryKind<DirectorySettings> = {
  kind: 'directory',
  description: DIRECTORY_SETTINGS.description ?? '',
  schema: DIRECTORY_SETTINGS,
  open: () => {
    throw new InvariantError('This kind of delivery is not built yet.');
  },
};
