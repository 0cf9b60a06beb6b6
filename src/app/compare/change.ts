import { type Compared, type Field, FIELDS } from '../../core/fields.ts';
import type { Change, ChangeKind } from '../../core/previous-run.ts';
import { shorten, withoutPrivate } from '../../core/text.ts';

/** The compared part of a detection: texts as in a CSV, empty for a missing value. */
export interface ComparedDetection {
  readonly uuid: string;
  /** By the names of `COMPARED_COLUMNS` and `SHOWN_ONLY`; a missing one is empty. */
  readonly cells: Readonly<Record<string, string>>;
  /** SHA-256 of its record as received; absent if it is not known. */
  readonly recordSha256?: string;
}

/** What a different value means, by column, in display order; the last four are digests of the other two tables. */
const MEANINGS: ReadonlyMap<string, Compared> = new Map([
  ...Object.entries<Field>(FIELDS).map(([column, { compared }]) => [column, compared] as const),
  ['metric_nodes.label', 'label'],
  ['metric_nodes.score', 'score'],
  ['audio_scores.score', 'score'],
  ['metric_nodes.extra', 'value'],
]);

/**
 * What counts. Left out: `updated_at`, which does not say what changed; addresses (`url`, `audio_url`, heat maps),
 * which are signed again for each reading; and the record's hash, which covers those.
 */
export const COMPARED_COLUMNS: readonly string[] = [...MEANINGS].flatMap(([column, compared]) =>
  compared === null ? [] : [column],
);

/** Columns whose values are in a list of changes: none can name a person. For other columns, only the name. */
const SHOWN_COLUMNS: readonly string[] = [
  'media_type',
  'status',
  'verdict',
  'verdict_score',
  'audio_label',
  'audio_score',
  'image_label',
  'image_score',
  'video_label',
  'video_score',
  'file_deleted_at',
  'updated_at',
];
/** Labels have a word or two; a longer one is meant to fill a page. */
const LONGEST_VALUE = 500;
/** Always shown, so that a change makes sense without the tables. */
const CONTEXT: ReadonlySet<string> = new Set(['status', 'verdict']);

/** The change between two readings, at least one of which has the detection; null if nothing differs. */
export function changeOf(
  before: ComparedDetection | null,
  after: ComparedDetection | null,
  compared: readonly string[],
): Change | null {
  const either = after ?? before;
  if (either === null) return null;
  const facts = { uuid: withoutPrivate(either.uuid), created_at: valueOf(either, 'created_at') };
  if (before === null) return { kind: 'new', ...facts, columns: [], before, after: shown(either, null) };
  if (after === null) return { kind: 'vanished', ...facts, columns: [], before: shown(either, null), after };
  const columns = compared.filter((column) => valueOf(before, column) !== valueOf(after, column));
  if (columns.length === 0) return null;
  const isTold = new Set([...columns, ...CONTEXT, 'updated_at']);
  return {
    kind: kindOf(before, after, columns),
    ...facts,
    columns,
    before: shown(before, isTold),
    after: shown(after, isTold),
  };
}

export function valueOf({ cells }: ComparedDetection, column: string): string {
  return Object.hasOwn(cells, column) ? (cells[column] ?? '') : '';
}

function kindOf(before: ComparedDetection, after: ComparedDetection, columns: readonly string[]): ChangeKind {
  if (valueOf(before, 'status') === 'processing' && valueOf(after, 'status') !== 'processing') return 'finished';
  const meanings = new Set(columns.map((column) => MEANINGS.get(column)));
  return meanings.has('label') ? 'relabelled' : meanings.has('score') ? 'rescored' : 'other';
}

function shown(detection: ComparedDetection, told: ReadonlySet<string> | null): Record<string, string> {
  const entries = SHOWN_COLUMNS.filter((column) => told === null || told.has(column))
    .map((column) => [column, shorten(withoutPrivate(valueOf(detection, column)), LONGEST_VALUE)] as const)
    .filter(([, value]) => value !== '');
  return Object.fromEntries(entries);
}
