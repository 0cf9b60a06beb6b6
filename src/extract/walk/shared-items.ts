import { hash } from 'node:crypto';
import type { WindowRecord } from '../../core/certificate.ts';
import { OverlapGroups } from './chain.ts';
import type { ListOrder } from './list-order.ts';
import { rimPosition } from './archive-proof.ts';
import { UuidTable } from '../../core/uuid-table.ts';

type SharingWindow = Pick<WindowRecord, 'file' | 'items' | 'first' | 'last'>;

/**
 * Which recorded windows share items, as the pages that were kept show it. Of a page that was not kept only the rims are
 * known: it may share an item with any window that it overlaps.
 */
export class SharedItems<W extends SharingWindow = WindowRecord> {
  readonly #windows: readonly W[];
  readonly #memberOf: ReadonlyMap<W, number>;
  readonly #families = new OverlapGroups();
  readonly #table = new UuidTable();

  constructor(windows: readonly W[]) {
    this.#windows = windows;
    this.#memberOf = new Map(windows.map((window) => [window, this.#families.add()]));
  }

  /** Takes the items of a window in, by what identifies them. */
  add(window: W, identities: Iterable<string>): void {
    const member = this.#memberOf.get(window);
    if (member === undefined) return;
    for (const identity of identities) {
      const sighting = { hash: hash('sha256', identity, 'buffer'), created: 0, crc: 0, ordinal: member };
      const earlier = this.#table.record(sighting);
      if (earlier !== null) this.#families.join(member, earlier.ordinal);
    }
  }

  /** Call it when all pages were added: the family of each window, under the order that they keep. */
  familyUnder(order: ListOrder, toleranceMs: number): (window: W) => number {
    const spans = this.#windows.map(
      ({ first, last }) => [rimPosition(first, order), rimPosition(last, order)] as const,
    );
    for (const [unkept, { file, items }] of this.#windows.entries()) {
      if (file !== null || items === 0) continue;
      const [from = 0, to = 0] = spans[unkept] ?? [];
      for (const [other, [first, last]] of spans.entries()) {
        // Between two answers a detection may have moved to another place in an order of updated_at.
        const mayShare = order.key === 'updated' || (first <= to + toleranceMs && from <= last + toleranceMs);
        if (mayShare) this.#families.join(unkept, other);
      }
    }
    this.#table.release();
    return (window) => this.#families.rootOf(this.#memberOf.get(window) ?? 0);
  }
}
