import { type Deletion, type DeletionRule, type DeletionState, deletionOf } from '../../core/deletion.ts';
import type { Detection } from '../../core/detection.ts';
import { MODALITIES, type Modality } from '../../core/policy.ts';
import { shorten } from '../../core/text.ts';

/** Uploader text in a register is truncated to this many code units and then ends with an ellipsis. */
const TEXT_LIMIT = 300;

/** The lists next to the flagged ones are for browsing, not complete: the tables are. */
const MOST_OTHERS = 100;

/** An entry of the report's lists for one detection. Bounded: no text is longer than 300 code units. */
export interface RegisterEntry {
  readonly uuid: string;
  readonly createdAtMs: number | null;
  readonly status: Detection['status'];
  readonly mediaType: string | null;
  readonly filename: string | null;
  /** Labels as received, by assessed modality: `video: Fake`. */
  readonly labels: readonly { readonly modality: Modality; readonly label: string }[];
  readonly score: number | null;
  /** The modality whose label decided the verdict. */
  readonly decidedBy: Modality | null;
  readonly sourceTracing: string | null;
  readonly errorMessage: string | null;
  /** Null if it is not under zero retention. */
  readonly deletion: Deletion | null;
  /** The stated deletion time (epoch milliseconds), or as received if it was not read; null if absent. */
  readonly fileDeletedAt: number | string | null;
  /** True if no modality was assessed. */
  readonly nothingAssessed: boolean;
}

/** The first entries, in list order or the strongest scores first, and the number of all. */
export interface RegisterList {
  readonly total: number;
  readonly entries: readonly RegisterEntry[];
}

export interface Registers {
  /** The strongest score first. */
  readonly flagged: RegisterList;
  readonly indeterminate: RegisterList;
  readonly failed: RegisterList;
  readonly pending: RegisterList;
  /** Under zero retention, finished, without a deletion time. */
  readonly notDeleted: RegisterList;
  /** Under zero retention, deleted later than the template's limit; empty if it has none. */
  readonly deletedLate: RegisterList;
  /** Under zero retention, with a deletion time that is impossible or was not read. */
  readonly notMeasured: RegisterList;
  /** Messages of failed detections with their counts, in code-unit order: the first 100. */
  readonly messages: readonly (readonly [message: string, count: number])[];
}

const NAMES = [
  'flagged',
  'indeterminate',
  'failed',
  'pending',
  'notDeleted',
  'deletedLate',
  'notMeasured',
] as const satisfies readonly Exclude<keyof Registers, 'messages'>[];

type ListName = (typeof NAMES)[number];

/** Receives the detections of the period during the rendering pass, in list order. */
export interface Register {
  add(detection: Detection): void;
  /** Adds the lists of the following detections, made with the same limits. */
  append(next: Registers): void;
  result(): Registers;
}

/** Keeps the `limit` strongest flagged detections and the first `others` of each other list; counts all. */
export function createRegister(limit: number, rule: DeletionRule, others = Math.min(limit, MOST_OTHERS)): Register {
  const messages = new Messages();
  const lists = byName((name) => {
    return name === 'flagged' ? bounded(limit, 'strongest score first') : bounded(others, 'list');
  });
  return {
    add(detection) {
      const deletion = deletionOf(detection, rule);
      const names = [deletion === null ? null : LIST_OF_STATE[deletion.state], outcomeList(detection)].filter(
        (name) => name !== null,
      );
      if (names.length === 0) return;
      if (detection.status === 'failed') messages.add(bound(detection.errorMessage) ?? '', 1);
      let entry: RegisterEntry | null = null;
      for (const name of names) lists[name].add(detection.verdictScore, () => (entry ??= entryOf(detection, deletion)));
    },
    append(next) {
      for (const name of NAMES) lists[name].append(next[name]);
      for (const [message, count] of next.messages) messages.add(message, count);
    },
    result: () => ({ ...byName((name) => lists[name].result()), messages: messages.result() }),
  };
}

function byName<T>(make: (name: ListName) => T): Record<ListName, T> {
  return Object.fromEntries(NAMES.map((name) => [name, make(name)])) as Record<ListName, T>;
}

/** Null for none. */
const LIST_OF_STATE = {
  deleted: null,
  late: 'deletedLate',
  waiting: 'notDeleted',
  overdue: 'notDeleted',
  processing: null,
  stuck: null,
  not_measured: 'notMeasured',
} as const satisfies Record<DeletionState, ListName | null>;

function outcomeList({ status, verdict }: Detection): ListName | null {
  if (status === 'failed') return 'failed';
  if (status === 'processing') return 'pending';
  if (verdict === 'fake') return 'flagged';
  return verdict === 'real' ? null : 'indeterminate';
}

type Order = 'list' | 'strongest score first';

/** The first `limit` entries in that order; equal ones keep the order of the list. */
function bounded(limit: number, order: Order) {
  const entries: RegisterEntry[] = [];
  let total = 0;
  const placeOf = (score: number | null): number => {
    let low = order === 'list' ? entries.length : 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.score ?? -1) >= (score ?? -1)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  /** Most entries of a long list have no place: those are not made. */
  const insert = (score: number | null, make: () => RegisterEntry): void => {
    const place = placeOf(score);
    if (place >= limit) return;
    entries.splice(place, 0, make());
    if (entries.length > limit) entries.pop();
  };
  return {
    add(score: number | null, make: () => RegisterEntry): void {
      total++;
      insert(score, make);
    },
    append(next: RegisterList): void {
      total += next.total;
      for (const entry of next.entries) insert(entry.score, () => entry);
    },
    result: (): RegisterList => ({ total, entries: [...entries] }),
  };
}

/** Most messages that are counted by themselves. */
const MOST_MESSAGES = 100;

/** The first 100 messages in code-unit order: also among the first 100 of any part, so their counts are complete. */
class Messages {
  readonly #counts = new Map<string, number>();

  add(message: string, count: number): void {
    this.#counts.set(message, (this.#counts.get(message) ?? 0) + count);
    if (this.#counts.size <= MOST_MESSAGES) return;
    const last = [...this.#counts.keys()].reduce((high, each) => (each > high ? each : high), '');
    this.#counts.delete(last);
  }

  result(): [string, number][] {
    return [...this.#counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  }
}

function entryOf(detection: Detection, deletion: Deletion | null): RegisterEntry {
  const results = MODALITIES.flatMap((modality) => {
    const result = detection[modality];
    return result === null ? [] : [{ modality, result }];
  });
  return {
    uuid: shorten(detection.uuid, TEXT_LIMIT),
    createdAtMs: detection.createdAtMs,
    status: detection.status,
    mediaType: bound(detection.mediaType),
    filename: bound(detection.filename),
    labels: results.flatMap(({ modality, result }) =>
      result.assessed && result.label !== null ? [{ modality, label: shorten(result.label, TEXT_LIMIT) }] : [],
    ),
    score: detection.verdictScore,
    decidedBy: detection.verdictBasis,
    sourceTracing: bound(detection.sourceTracingLabel),
    errorMessage: bound(detection.errorMessage),
    deletion,
    fileDeletedAt: detection.fileDeletedAtMs ?? detection.fileDeletedAtUnread,
    nothingAssessed: !results.some(({ result }) => result.assessed && result.label !== null),
  };
}

function bound(text: string | null): string | null {
  return text === null ? null : shorten(text, TEXT_LIMIT);
}
