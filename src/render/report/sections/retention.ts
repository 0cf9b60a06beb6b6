import type { Block } from '../../../core/report.ts';
import {
  cell,
  countCell,
  heading,
  type Material,
  muted,
  paragraph,
  right,
  type SectionBuilder,
  table,
} from './parts.ts';
import { register } from './registers.ts';

export const retention: SectionBuilder = (material) => {
  const { input, text } = material;
  const {
    zero_retention: zero,
    deleted,
    not_deleted: notDeleted,
    overdue,
    late,
    processing,
    not_measured: notMeasured,
    seconds_to_deletion: times,
  } = input.statistics.retention;
  const say = text.evidence.retention;
  const cards: Block = {
    kind: 'figures',
    items: [
      { label: say.cards.zero[0], value: text.format.integer(zero), note: say.cards.zero[1], tone: 'plain' },
      { label: say.cards.deleted, value: text.format.integer(deleted), note: say.late(late), tone: 'plain' },
      {
        label: say.cards.notDeleted[0],
        value: text.format.integer(notDeleted),
        note: say.cards.notDeleted[1],
        tone: notDeleted > 0 ? 'warning' : 'plain',
      },
      ...(processing === 0
        ? []
        : [
            {
              label: say.cards.processing[0],
              value: text.format.integer(processing),
              note: say.cards.processing[1],
              tone: 'plain' as const,
            },
          ]),
      ...(overdue === null
        ? []
        : [
            {
              label: say.cards.overdue[0],
              value: text.format.integer(overdue),
              note: say.cards.overdue[1],
              tone: overdue > 0 ? ('critical' as const) : ('plain' as const),
            },
          ]),
      ...(notMeasured === 0
        ? []
        : [
            {
              label: say.cards.notMeasured[0],
              value: text.format.integer(notMeasured),
              note: say.cards.notMeasured[1],
              tone: 'warning' as const,
            },
          ]),
    ],
  };
  const [count, ...others] = say.columns;
  if (zero === 0) return [paragraph(say.lead(input.statistics.retention)), muted(say.basis)];
  return [
    paragraph(say.lead(input.statistics.retention)),
    cards,
    times.count === 0
      ? paragraph(say.noTimes)
      : table(
          say.table,
          [right(count, 1), ...others.map((title) => right(title, 1))],
          [
            [
              countCell(times.count, text),
              ...[times.p50, times.p95, times.max].map((value) => cell(text.format.span(value))),
            ],
          ],
        ),
    limit(material),
    ...list(material, 'notDeleted'),
    ...list(material, 'deletedLate'),
    ...list(material, 'notMeasured'),
    muted(say.basis),
  ];
};

/** "Within the limit" only if deletions show it and no open case could contradict it. */
function limit({ input, text }: Material): Block {
  const say = text.evidence.retention.limit;
  const { limit_seconds, late, overdue, deleted, not_measured, processing_over_limit, undated } =
    input.statistics.retention;
  if (limit_seconds === null || late === null || overdue === null) return paragraph(say.none);
  const open = not_measured + undated + (processing_over_limit ?? 0);
  const limitText = text.format.span(limit_seconds);
  if (overdue > 0) {
    const never = overdue - late;
    const words = say.over(late, never, limitText, open);
    return { kind: 'notice', level: 'warning', title: say.titles.over, text: words };
  }
  if (open > 0) return { kind: 'notice', level: 'warning', title: say.titles.open, text: say.open(open, limitText) };
  if (deleted === 0) return paragraph(say.unknown(limitText));
  return { kind: 'notice', level: 'good', title: say.titles.within, text: say.within(limitText) };
}

/** Detections not yet deleted, deleted late, or with times that cannot be measured, one by one. */
function list(material: Material, which: 'notDeleted' | 'deletedLate' | 'notMeasured'): Block[] {
  const { input, text } = material;
  const words = text.evidence.retention[which];
  const found = input.registers[which];
  return found.total === 0 ? [] : [heading(words.caption), ...register(material, found, words, which)];
}
