import type { Block, Cell, ReportColumn } from '../../../core/report.ts';
import { exactSeconds, instant, NO_VALUE, score, span } from '../format.ts';
import type { RegisterEntry, RegisterList } from '../detection-lists.ts';
import { writtenBy } from '../replay-command.ts';
import { notAssessed } from './scores.ts';
import {
  amongWhat,
  cell,
  countCell,
  heading,
  lead,
  left,
  type Material,
  mono,
  paragraph,
  right,
  type SectionBuilder,
  writesColumn,
} from './parts.ts';

export const flagged: SectionBuilder = (material) => {
  const say = material.text.results.flagged;
  const { flagged: list } = material.input.registers;
  return [lead(say.lead(list.total, amongWhat(material))), ...register(material, list, say, 'verdict')];
};

export const indeterminate: SectionBuilder = (material) => {
  const { input, text } = material;
  const say = text.results.indeterminate;
  return [
    paragraph(
      say.lead(input.statistics.verdicts.indeterminate, input.statistics.population.completed, amongWhat(material)),
    ),
    ...notAssessed(material),
    ...register(material, input.registers.indeterminate, say, 'verdict'),
  ];
};

export const failed: SectionBuilder = (material) => {
  const say = material.text.results.failed;
  const { failed: lost, pending } = material.input.registers;
  return [
    paragraph(say.lead(lost.total, pending.total, amongWhat(material))),
    ...(lost.total === 0
      ? []
      : [
          heading(say.failedCaption),
          ...register(material, lost, { showing: say.showingFailed, caption: say.failedCaption }, 'message'),
        ]),
    ...(pending.total === 0
      ? []
      : [
          heading(say.pendingCaption),
          ...register(material, pending, { showing: say.showingPending, caption: say.pendingCaption }, 'plain'),
        ]),
  ];
};

/** What a list shows in its last columns. */
type RegisterKind = 'verdict' | 'message' | 'plain' | 'notDeleted' | 'deletedLate' | 'notMeasured';

interface Words {
  readonly caption: string;
  readonly showing: (shown: number, total: number, file: string | null) => string;
}

export function register(material: Material, list: RegisterList, words: Words, kind: RegisterKind): Block[] {
  if (list.total === 0) return [];
  const { input, text } = material;
  const shown = list.entries.length;
  const banner: Block[] =
    shown < list.total
      ? [
          {
            kind: 'notice',
            level: 'info',
            title: text.results.cut,
            text: words.showing(shown, list.total, writtenBy(input).everyDetection),
          },
        ]
      : [];
  if (shown === 0) return banner;
  return [
    ...banner,
    {
      kind: 'table',
      caption: words.caption,
      columns: columnsOf(material, kind),
      rows: list.entries.map((entry, index) => rowOf(entry, index, material, kind)),
    },
  ];
}

function columnsOf({ input, text }: Material, kind: RegisterKind): ReportColumn[] {
  const say = text.results.register;
  const common = [
    right(say.number, 0.55),
    left(say.created, 1.5),
    writesColumn(input, 'filename') ? { ...left(say.file, 4), sub: say.id } : left(say.id, 4),
    left(say.medium, 0.9),
  ];
  if (kind === 'plain') return common;
  if (kind === 'message') return [...common, left(say.message, 3)];
  if (kind === 'notMeasured') return [...common, left(say.status, 1.2), right(say.deletedAt, 1.6)];
  if (kind === 'notDeleted') return [...common, left(say.status, 1.2), right(say.notDeletedFor, 1.4)];
  if (kind === 'deletedLate') return [...common, left(say.status, 1.2), right(say.deletedAfter, 1.4)];
  return [...common, left(say.label, 2), right(say.score, 0.8)];
}

function rowOf(entry: RegisterEntry, index: number, material: Material, kind: RegisterKind): Cell[] {
  const { text } = material;
  const common: Cell[] = [
    countCell(index + 1),
    { text: instant(entry.createdAtMs), figure: { value: entry.createdAtMs, form: 'instant' } },
    identity(entry, material),
    medium(entry, material),
  ];
  if (kind === 'plain') return common;
  if (kind === 'message') return [...common, cell(entry.errorMessage ?? text.results.failed.noMessage)];
  if (kind === 'notMeasured') {
    const { fileDeletedAt: at } = entry;
    const stated = typeof at === 'string' ? at : instant(at);
    return [...common, cell(text.results.register.statuses[entry.status]), cell(stated)];
  }
  if (kind === 'notDeleted' || kind === 'deletedLate') {
    const seconds = entry.deletion?.seconds ?? null;
    const after = seconds === null ? cell(NO_VALUE) : { text: span(seconds), sub: exactSeconds(seconds) };
    return [...common, cell(text.results.register.statuses[entry.status]), after];
  }
  return [
    ...common,
    labelOf(entry, material),
    { text: score(entry.score), figure: { value: entry.score, form: 'score' } },
  ];
}

function identity(entry: RegisterEntry, { input, text }: Material): Cell {
  if (!writesColumn(input, 'filename')) return mono(entry.uuid);
  const say = text.results.register;
  const name = entry.filename === null ? say.noName : entry.filename === '' ? say.emptyName : entry.filename;
  return { text: name, sub: entry.uuid, subMono: true };
}

function medium(entry: RegisterEntry, { text }: Material): Cell {
  const { modality } = text.results.scores;
  const type = entry.mediaType;
  if (type === 'audio' || type === 'image' || type === 'video') return cell(modality[type]);
  return cell(type === null || type === '' ? text.results.verdicts.noMedium : type);
}

/** A single label is shown alone; several labels each name their modality. */
function labelOf(entry: RegisterEntry, { text }: Material): Cell {
  if (entry.nothingAssessed) return { text: text.results.indeterminate.nothingAssessed, tone: 'muted' };
  const several = entry.labels.length > 1;
  const label = entry.labels.map((each) => (several ? `${each.modality}: ${each.label}` : each.label)).join('; ');
  return entry.sourceTracing === null
    ? cell(label)
    : { text: label, sub: text.results.register.suspected(entry.sourceTracing) };
}
