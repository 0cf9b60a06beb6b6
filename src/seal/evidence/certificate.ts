import type { Certificate, WindowRecord, WindowRim } from '../../core/certificate.ts';
import { uuidOf } from '../../core/envelope.ts';
import { instantText } from '../../core/instant.ts';
import { field, type JsonObject } from '../../core/json.ts';
import type { ExtractionRecord, SnapshotPage } from '../../core/snapshot.ts';
import type { Finding } from './finding.ts';
import { ARCHIVE_FILE } from './run-files.ts';

type Rule = readonly [holds: boolean, text: string];

/** Checks the sums that hold in every certificate, within its own numbers and against the windows next to it. */
export function certificateFindings({ certificate, windows }: ExtractionRecord): Finding[] {
  const items = sum(windows.map((window) => window.items));
  const accepted = sum(windows.flatMap((window) => window.accepted.map(([first, last]) => last - first + 1)));
  const sizes = [...new Set(windows.map(({ size }) => size))].sort((a, b) => a - b);
  const rules: readonly Rule[] = [
    [
      certificate.received === certificate.unique + certificate.duplicates,
      `${certificate.received} received are not ${certificate.unique} unique and ${certificate.duplicates} duplicates`,
    ],
    [
      certificate.windows === windows.length,
      `it counts ${certificate.windows} windows, but ${windows.length} are recorded`,
    ],
    [
      certificate.requests === windows.length,
      `it counts ${certificate.requests} requests, but ${windows.length} windows were answered`,
    ],
    ...arrivalRules(certificate, windows),
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
      certificate.changed <= certificate.duplicates,
      `it counts ${certificate.changed} changed, but only ${certificate.duplicates} came more than once`,
    ],
    ...([certificate.appeared, certificate.vanished] as const).map(
      (count): Rule => [(count ?? 0) <= certificate.unique, `it counts ${count} of ${certificate.unique} that moved`],
    ),
    [
      windows.every(({ file, accepted: ranges }) => (file === null) === (ranges.length === 0)),
      'a window has a page of which nothing counts, or counts items of a page that was not kept',
    ],
  ];
  return rules.flatMap(([holds, text]) => (holds ? [] : [finding(`the certificate: ${text}`)]));
}

function arrivalRules(certificate: Certificate, windows: readonly WindowRecord[]): readonly Rule[] {
  const answered = windows.toSorted((a, b) => a.arrival - b.arrival);
  const [first, last] = [answered.at(0)?.totalCount ?? null, answered.at(-1)?.totalCount ?? null];
  const passes = windows.reduce((most, { pass }) => Math.max(most, pass), 1);
  const times = windows.map(({ receivedAt }) => receivedAt).sort();
  const { verdict, startedAt, endedAt } = certificate;
  // A pass may have begun without any answer.
  const isPasses = certificate.passes === passes || (verdict === 'unproven' && certificate.passes === passes + 1);
  return [
    [answered.every(({ arrival }, index) => arrival === index), 'its windows were not answered one after the other'],
    [
      certificate.totalCountFirst === first,
      `its first total is ${certificate.totalCountFirst}, the first answer counts ${first}`,
    ],
    [
      certificate.totalCountLast === last,
      `its last total is ${certificate.totalCountLast}, the last answer counts ${last}`,
    ],
    [isPasses, `it counts ${certificate.passes} passes, the windows are of ${passes}`],
    [
      verdict !== 'proven' || (startedAt <= (times.at(0) ?? startedAt) && (times.at(-1) ?? endedAt) <= endedAt),
      `it says that the reading lasted from ${startedAt} to ${endedAt}, the pages came from ${times.at(0)} to ${times.at(-1)}`,
    ],
  ];
}

/** True if a uuid occurs twice on a page: such a page proves nothing. */
export function hasDoubledUuid(uuids: Iterable<string>): boolean {
  const seen = new Set<string>();
  for (const uuid of uuids) {
    if (seen.has(uuid)) return true;
    seen.add(uuid);
  }
  return false;
}

/** The rims of a window must match its page: the proof of completeness depends on them. */
export function rimFindings(
  { file, page }: SnapshotPage,
  window: WindowRecord,
  values: readonly JsonObject[],
): Finding[] {
  const isFirst = isRimOf(window.first, values[0]);
  const isLast = isRimOf(window.last, values.at(-1));
  const counts = page.totalCount === window.totalCount;
  return [
    ...(isFirst ? [] : [finding(`${file}: the record names another first item`)]),
    ...(isLast ? [] : [finding(`${file}: the record names another last item`)]),
    ...(counts ? [] : [finding(`${file}: the record names another total_count`)]),
  ];
}

/** Pages that do not match the request prove nothing: a walk never calls them proven. */
export function echoFindings({ file, page }: SnapshotPage): Finding[] {
  const { echoedNumber, echoedSize, number, size } = page;
  const isAsAsked = (echoedNumber ?? number) === number && (echoedSize ?? size) === size;
  return isAsAsked ? [] : [finding(`${file}: the record names another page or page size than the page itself`)];
}

/** The count that all answers gave; 0 if they differ or gave none. */
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
    rim.createdAt === instantText(field(item, 'created_at')) &&
    rim.updatedAt === instantText(field(item, 'updated_at'))
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function finding(text: string): Finding {
  return { kind: 'completeness', file: ARCHIVE_FILE, text };
}

/**
 * The certificate for the manifest, with keys in the manifest's style: `started_at` for `startedAt`. `extraction.json`
 * has it as the walk made it.
 */
export function certificateRecord(certificate: Certificate): object {
  return snakeCased(certificate) as object;
}

/** A value with keys in the manifest's style. */
export function snakeCased(value: unknown): unknown {
  return renamed(value, (key) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** The certificate of a manifest, unknown members included, with the walk's names for keys. */
export function certificateOf(recorded: { readonly ended_at: string }): { readonly endedAt: string } {
  return { ...(camelCased(recorded) as object), endedAt: recorded.ended_at };
}

/** A value with the manifest's keys as this program has them. */
export function camelCased(value: unknown): unknown {
  return renamed(value, (key) => key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

/** Recursive: a certificate has three levels, and readers of a manifest bound its depth. */
function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  // Own properties, whatever their names: a manifest may come from anyone.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}
