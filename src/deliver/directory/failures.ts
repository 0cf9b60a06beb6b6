import { DeliveryError, type DeliveryFault } from '../delivery.ts';
import { systemCode } from '../../platform/files/output-failure.ts';

const FAULTS: ReadonlyMap<string, readonly [fault: DeliveryFault, what: string, remedy: string]> = new Map([
  ['ENOSPC', ['full', 'the disk is full', 'Free space there; the next run tries again by itself.']],
  ['EDQUOT', ['full', 'the disk quota is used up', 'Free space there; the next run tries again by itself.']],
  ['EFBIG', ['full', 'a file would exceed the largest size allowed there', 'Raise the limit there (ulimit -f).']],
  ['EACCES', ['refused', 'permission is denied', 'Give this user the right to write there.']],
  ['EPERM', ['refused', 'the operation is not permitted', 'Give this user the right to write there.']],
  ['EROFS', ['refused', 'the file system is read-only', 'Mount it writable, or deliver to another folder.']],
]);

/** The delivery error for a file system error; names the place and the remedy. */
export function writeFailure(error: unknown, target: string): DeliveryError {
  const code = systemCode(error);
  const [fault, what, remedy] = FAULTS.get(code) ?? [
    'unreachable',
    'the system reports an error',
    'Check the disk or share; the next run tries again by itself.',
  ];
  return new DeliveryError(fault, `Could not copy the run to ${target}: ${what}${code === '' ? '' : ` (${code})`}.`, {
    place: { file: target },
    remedy,
    cause: error,
  });
}
