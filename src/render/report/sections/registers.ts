import type { Block, Cell, ReportColumn } from '../../../core/report.ts';
import type { RegisterEntry, RegisterList } from '../detection-lists.ts';
import { instant, NO_VALUE } from '../format.ts';
import { labelCounts } from '../indicators.ts';
import { writtenBy } from '../replay-command.ts';
import { notAssessed } from './scores.ts';
import {
  amongWhat,
  cell,
  countCell,
  countTable,
  hasAnnex,
  mediumName,
  moreOf,
  saysReal,
  heading,
  lead,
  left,
  type Material,
  mono,
  muted,
  paragraph,
  right,
  type SectionBuilder,
  shownIf,
  table,
  toned,
  writesColumn,
} from './parts.ts';
import { dayTable } from './verdicts.ts';

const MOST_SHOWN = 50;
const MOST_LABELS = 40;

export const flagged: SectionBuilder = (material) => {
  const { input, text } = material;
  const say = text.results.flagged;
  const { flagged: list } = input.registers;
  const days = input.statistics.by_day.filter(({ fake }) => fake > 0);
  const counts = days.map(({ day, fake }) => `${text.format.shortDay(day)} ${text.format.integer(fake)}`);
  return [
    lead(say.lead(list.total, amongWhat(material))),
    ...shownIf(days.length > 1, muted(say.byDay(counts))),
    ...register(material, list, say, 'verdict'),
  ];
};

export const indeterminate: SectionBuilder = (material) => {
  const { input, text } = material;
  const { statistics } = input;
  const say = text.results.indeterminate;
  const labels = labelCounts(statistics, input.template.policy).filter(
    ({ verdict }) => verdict === null || verdict === 'indeterminate',
  );
  return [
    paragraph(
      say.lead(statistics.verdicts.indeterminate, statistics.population.completed, amongWhat(material)) +
        notAssessed(material),
    ),
    ...shownIf(labels.length > 0, ...labelTable(material, text.results.labels.undecided, labels)),
    ...whereListed(material, [input.registers.indeterminate, say.showing]),
  ];
};

export const failed: SectionBuilder = (material) => {
  const { input, text } = material;
  const say = text.results.failed;
  const { failed: lost, pending, messages } = input.registers;
  const listed = messages.map(([message, count]) => [message === '' ? say.noMessage : message, count] as const);
  const columns = [text.results.register.message, text.results.register.detections] as const;
  return [
    paragraph(say.lead(lost.total, pending.total, amongWhat(material))),
    ...(lost.total === 0 ? [] : countTable(text, say.byMessage, columns, listed, MOST_LABELS)),
    ...whereListed(material, [lost, say.showingFailed], [pending, say.showingPending]),
  ];
};

type Showing = (shown: number, total: number, file: string | null) => string;

/** Names the file with each list, if the annex does not have it. */
function whereListed(material: Material, ...lists: readonly (readonly [RegisterList, Showing])[]): Block[] {
  const some = hasAnnex(material) ? [] : lists.filter(([{ total }]) => total > 0);
  const file = writtenBy(material.input).everyDetection;
  return some.length === 0 ? [] : [muted(some.map(([{ total }, showing]) => showing(0, total, file)).join(' '))];
}

/** Registers as a whole, the table by day, and the labels as they came. */
export function annex(material: Material): readonly Block[] {
  const { input, text } = material;
  const { results: say } = text;
  const { registers: lists, template } = input;
  if (!hasAnnex(material)) return [];
  const labels = labelCounts(input.statistics, template.policy);
  const part = (list: RegisterList, caption: string, showing: Showing, kind: RegisterKind): readonly Block[] => {
    const blocks = register(material, list, { caption, showing }, kind, list.entries.length);
    return shownIf(list.total > 0, heading(caption), ...blocks);
  };
  const isLong = lists.flagged.total > MOST_SHOWN || !template.sections.includes('flagged');
  return [
    ...dayTable(material),
    ...(isLong ? part(lists.flagged, say.flagged.caption, say.flagged.showing, 'verdict') : []),
    ...part(lists.indeterminate, say.indeterminate.caption, say.indeterminate.showing, 'verdict'),
    ...part(lists.failed, say.failed.failedCaption, say.failed.showingFailed, 'message'),
    ...part(lists.pending, say.failed.pendingCaption, say.failed.showingPending, 'plain'),
    ...shownIf(
      labels.length > 0,
      heading(say.labels.caption),
      muted(`${say.labels.intro} ${say.labels.sum(input.statistics.population.completed)}`),
      ...labelTable(material, say.labels.caption, labels),
    ),
  ];
}

function labelTable({ text }: Material, caption: string, found: ReturnType<typeof labelCounts>): Block[] {
  const say = text.results.labels;
  const [modality, label, verdictTitle, count] = say.columns;
  return [
    table(
      caption,
      [left(modality, 1), left(label, 3), left(verdictTitle, 2), right(count, 1)],
      found
        .slice(0, MOST_LABELS)
        .map(({ modality: name, label: given, verdict, count: times }) => [
          cell(text.results.scores.modality[name]),
          cell(given === '' ? text.results.emptyName : given),
          verdict === null ? toned(say.unknown, 'warning') : toned(text.results.series[verdict], verdict),
          countCell(times, text),
        ]),
    ),
    ...moreOf(found.length - MOST_LABELS, text),
  ];
}

type RegisterKind = 'verdict' | 'message' | 'plain' | 'notDeleted' | 'deletedLate' | 'notMeasured';

export function register(
  material: Material,
  list: RegisterList,
  words: { readonly caption: string; readonly showing: Showing },
  kind: RegisterKind,
  most = MOST_SHOWN,
): readonly Block[] {
  const entries = list.entries.slice(0, most);
  const shown = entries.length;
  const cut = words.showing(shown, list.total, writtenBy(material.input).everyDetection);
  return [
    ...shownIf(shown < list.total, muted(cut)),
    ...shownIf(shown > 0, registerTable(material, words.caption, kind, entries)),
  ];
}

function registerTable(material: Material, caption: string, kind: RegisterKind, entries: readonly RegisterEntry[]) {
  const { input, text } = material;
  const say = text.results.register;
  const limit = input.template.retentionLimitSeconds;
  const spans = ({ deletion }: RegisterEntry): Cell[] => {
    const seconds = deletion?.seconds ?? null;
    const over = seconds === null || limit === null || seconds <= limit ? null : seconds - limit;
    const late = over === null ? cell(NO_VALUE) : toned(text.format.span(over), 'critical');
    return [cell(text.format.span(seconds)), late];
  };
  /** What each kind of list shows in its last columns. */
  const last: Record<RegisterKind, readonly [readonly ReportColumn[], (entry: RegisterEntry) => Cell[]]> = {
    plain: [[], () => []],
    message: [[left(say.message, 3)], ({ errorMessage }) => [cell(errorMessage ?? text.results.failed.noMessage)]],
    notMeasured: [
      [left(say.status, 1.2), right(say.deletedAt, 1.6)],
      ({ status, fileDeletedAt: at }) => [cell(say.statuses[status]), cell(typeof at === 'string' ? at : instant(at))],
    ],
    notDeleted: [[right(say.notDeletedFor, 1.4), right(say.overdueBy, 1.4)], spans],
    deletedLate: [[right(say.deletedAfter, 1.4), right(say.overdueBy, 1.4)], spans],
    verdict: [
      [left(say.label, 3), right(say.score, 0.7)],
      (entry) => [
        labelOf(entry, material),
        { text: text.format.score(entry.score), figure: { value: entry.score, form: 'score' } },
      ],
    ],
  };
  const [columns, cellsOf] = last[kind];
  return table(
    caption,
    [
      right(say.number, 0.5),
      left(say.created, 1.4),
      writesColumn(input, 'filename') ? { ...left(say.file, 4.3), sub: say.id } : left(say.id, 4.3),
      left(say.medium, 0.8),
      ...columns,
    ],
    entries.map((entry, index): Cell[] => [
      countCell(index + 1, text),
      { text: instant(entry.createdAtMs), figure: { value: entry.createdAtMs, form: 'instant' } },
      identity(entry, material),
      cell(mediumName(entry.mediaType, text)),
      ...cellsOf(entry),
    ]),
  );
}

function identity(entry: RegisterEntry, { input, text }: Material): Cell {
  if (!writesColumn(input, 'filename')) return mono(entry.uuid);
  const say = text.results.register;
  const name = entry.filename === null ? say.noName : entry.filename === '' ? say.emptyName : entry.filename;
  return { text: name, sub: entry.uuid, subMono: true };
}

/** A single label is shown alone; of several, each names its modality and the one that decided is marked. */
function labelOf(entry: RegisterEntry, { input, text }: Material): Cell {
  if (entry.nothingAssessed) return { text: text.results.indeterminate.nothingAssessed, tone: 'muted' };
  const say = text.results.register;
  const several = entry.labels.length > 1;
  const label = entry.labels
    .map(({ modality, label: given }) => {
      const mark = modality === entry.decidedBy ? ` ${say.decides}` : '';
      return several ? `${text.results.scores.modality[modality]}: ${given}${mark}` : given;
    })
    .join('; ');
  const { sourceTracing: source } = entry;
  // Beside a fake, "real" is not the name of a generator.
  const isNamed = source !== null && !saysReal(input, source);
  return isNamed ? { text: label, sub: say.suspected(source) } : cell(label);
}
