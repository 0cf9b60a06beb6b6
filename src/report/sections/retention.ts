import type { Block } from '../../core/report.ts';
import { integer, exactSeconds, span } from '../format.ts';
import { cell, heading, type Material, muted, paragraph, right, type SectionBuilder, table } from './parts.ts';
import { register } from './registers.ts';

export const retention: SectionBuilder = (material) => {
  const { input, text } = material;
  const {
    zero_retention: zero,
    deleted,
    not_deleted: notDeleted,
    seconds_to_deletion: times,
  } = input.statistics.retention;
  const say = text.evidence.retention;
  const cards: Block = {
    kind: 'figures',
    items: [
      { label: say.cards.zero[0], value: integer(zero), note: say.cards.zero[1], tone: 'plain' },
      { label: say.cards.deleted[0], value: integer(deleted), note: say.cards.deleted[1], tone: 'plain' },
      {
        label: say.cards.notDeleted[0],
        value: integer(notDeleted),
        note: say.cards.notDeleted[1],
        tone: notDeleted > 0 ? 'warning' : 'plain',
      },
    ],
  };
  const [count, ...others] = say.columns;
  return [
    paragraph(say.lead(zero, deleted, notDeleted)),
    cards,
    times.count === 0
      ? paragraph(say.noTimes)
      : table(
          say.table,
          [right(count, 1), ...others.map((title) => right(title, 1))],
          [
            [
              cell(integer(times.count)),
              ...[times.p50, times.p95, times.max].map((value) => ({ text: span(value), sub: exactSeconds(value) })),
            ],
          ],
        ),
    limit(material),
    ...list(material, 'notDeleted'),
    ...list(material, 'deletedLate'),
    muted(say.basis),
  ];
};

function limit({ input, text }: Material): Block {
  const say = text.evidence.retention.limit;
  const limitSeconds = input.template.retentionLimitSeconds;
  const longest = input.statistics.retention.seconds_to_deletion.max;
  if (limitSeconds === null) return paragraph(say.none);
  if (longest === null) return paragraph(say.unknown(span(limitSeconds)));
  const late = input.statistics.retention.late ?? 0;
  return late === 0
    ? { kind: 'notice', level: 'good', title: say.titles.within, text: say.within(span(limitSeconds)) }
    : {
        kind: 'notice',
        level: 'warning',
        title: say.titles.over,
        text: say.over(late, span(limitSeconds), span(longest)),
      };
}

/** What is not yet deleted, or was deleted late, one by one. */
function list(material: Material, which: 'notDeleted' | 'deletedLate'): Block[] {
  const { input, text } = material;
  const words = text.evidence.retention[which];
  const found = input.registers[which];
  return found.total === 0 ? [] : [heading(words.caption), ...register(material, found, words, 'deletion')];
}
