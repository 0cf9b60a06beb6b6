import type { IndexRange, WindowRecord, WindowRim } from '../core/certificate.ts';
import { uuidOf } from '../core/envelope.ts';
import { field, type JsonObject } from '../core/json.ts';
import type { Page } from '../core/page.ts';
import type { ExtractionRecord, SnapshotPage } from '../core/snapshot.ts';
import type { Finding } from './finding.ts';
import { ARCHIVE_FILE } from './run-files.ts';

/** Sums that hold in every certificate, between its own numbers and the windows that stand beside it. */
export function certificateFindings({ certificate, windows }: ExtractionRecord): Finding[] {
  const items = sum(windows.map((window) => window.items));
  const accepted = sum(windows.map((window) => countOf(window.accepted)));
  const sizes = [...new Set(windows.map(({ size }) => size))].sort((a, b) => a - b);
  const rules: readonly [holds: boolean, text: string][] = [
    [
      certificate.received === certificate.unique + certificate.duplicates,
      `${certificate.received} received are not ${certificate.unique} unique and ${certificate.duplicates} duplicates`,
    ],
    [
      certificate.windows === windows.length,
      `it counts ${certificate.windows} windows, but ${windows.length} are recorded`,
    ],
    [certificate.received === items, `it counts ${certificate.received} received, the windows hold ${items}`],
    [certificate.unique === accepted, `it counts ${certificate.unique} unique, the windows accept ${accepted}`],
    [
      certificate.pageSizes.join() === sizes.join(),
      `it names the page sizes ${certificate.pageSizes.join(', ')}, the windows have ${sizes.join(', ')}`,
    ],
    [
      certificate.verdict !== 'proven' || certificate.openPlaces.length === 0,
      `it says proven, but names ${certificate.openPlaces.length} open places`,
    ],
    [
      certificate.verdict !== 'proven' || certificate.claim === 'period' || certificate.unique >= countAtRest(windows),
      `it says proven, but the list counted ${countAtRest(windows)} all the time, and ${certificate.unique} were received`,
    ],
    [
      windows.every(({ file, accepted: ranges }) => (file === null) === (ranges.length === 0)),
      'a window has a page of which nothing counts, or counts items of a page that was not kept',
    ],
  ];
  return rules.flatMap(([holds, text]) => (holds ? [] : [finding(`the certificate: ${text}`)]));
}

/** The rims of a window must be those of its page: the proof of completeness stands on them. */
export function rimFindings({ file, page }: SnapshotPage, window: WindowRecord): Finding[] {
  const isFirst = isRimOf(window.first, page.items[0]?.value);
  const isLast = isRimOf(window.last, page.items.at(-1)?.value);
  const counts = page.totalCount === window.totalCount;
  return [
    ...(isFirst ? [] : [finding(`${file}: the record names another first item`)]),
    ...(isLast ? [] : [finding(`${file}: the record names another last item`)]),
    ...(counts ? [] : [finding(`${file}: the record names another total_count`)]),
  ];
}

/** Pages that are not what was asked for, or hold a uuid twice, prove nothing: a walk never calls them proven. */
export function echoFindings({ file, page }: SnapshotPage): Finding[] {
  const { echoedNumber, echoedSize, number, size } = page;
  const isAsAsked = (echoedNumber ?? number) === number && (echoedSize ?? size) === size;
  const twice = doubledUuid(page);
  return [
    ...(isAsAsked ? [] : [finding(`${file}: the record names another page or page size than the page itself`)]),
    ...(twice === null ? [] : [finding(`${file}: the certificate says proven, but the page holds ${twice} twice`)]),
  ];
}

/** A uuid that stands twice in a page; null if there is none. */
function doubledUuid({ items }: Page): string | null {
  const seen = new Set<string>();
  for (const { value } of items) {
    const uuid = uuidOf(value);
    if (uuid === null) continue;
    if (seen.has(uuid)) return uuid;
    seen.add(uuid);
  }
  return null;
}

/** What every answer counted; 0 where they counted differently, or not at all. */
function countAtRest(windows: readonly WindowRecord[]): number {
  const count = windows[0]?.totalCount ?? 0;
  return windows.every(({ totalCount }) => totalCount === count) ? count : 0;
}

function isRimOf(rim: WindowRim | null, item: JsonObject | undefined): boolean {
  if (rim === null || item === undefined) return rim === null && item === undefined;
  const uuid = uuidOf(item);
  return (
    // An item without a uuid is known by its hash, which the Merkle tree checks.
    (uuid === null ? rim.uuid.startsWith('sha256:') : rim.uuid === uuid) &&
    rim.createdAt === textOf(item, 'created_at') &&
    rim.updatedAt === textOf(item, 'updated_at')
  );
}

function textOf(item: JsonObject, key: string): string | null {
  const value = field(item, key);
  return typeof value === 'string' ? value : null;
}

function countOf(ranges: readonly IndexRange[]): number {
  return sum(ranges.map(([first, last]) => last - first + 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function finding(text: string): Finding {
  return { kind: 'completeness', file: ARCHIVE_FILE, text };
}
