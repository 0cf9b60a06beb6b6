import { mix32 } from '../items/random.ts';
import type { SerialOrder } from './serial-order.ts';

/** Groups of neighbours with the same `created_at`, as batches and coarse clocks produce them. */
export interface TieGroups {
  /** Detections of one group, at least 2. */
  readonly size: number;
  /** True: without a unique tie-break, the order in a group differs in every answer. */
  readonly shuffled: boolean;
}

/** The serial number whose creation time the whole group has. */
export function groupStart(serial: number, groups: TieGroups): number {
  return serial - (serial % groups.size);
}

/** A slice of the order with every group shuffled by `salt`, the same on every page of that salt. */
export function sliceShuffled(
  order: SerialOrder,
  first: number,
  length: number,
  groups: TieGroups,
  salt: number,
): number[] {
  const end = Math.min(order.count, first + length);
  if (first >= end) return [];
  // A group cut by the page must be read as a whole to be shuffled.
  const from = Math.max(0, first - groups.size);
  const serials = order.slice(from, end + groups.size - from);
  for (let at = 0; at < serials.length; ) {
    const group = groupStart(serials[at] ?? 0, groups);
    let behind = at + 1;
    while (behind < serials.length && groupStart(serials[behind] ?? 0, groups) === group) behind++;
    const members = serials.slice(at, behind).sort((a, b) => rank(a, salt) - rank(b, salt));
    serials.splice(at, members.length, ...members);
    at = behind;
  }
  return serials.slice(first - from, end - from);
}

function rank(serial: number, salt: number): number {
  return mix32(serial ^ mix32(salt));
}
