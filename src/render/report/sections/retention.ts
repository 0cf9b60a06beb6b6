import type { Tone } from '../../../core/design.ts';
import type { Block } from '../../../core/report.ts';
import { heading, type Material, muted, paragraph, type SectionBuilder } from './parts.ts';
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
    undated,
    not_measured: notMeasured,
    seconds_to_deletion: times,
  } = input.statistics.retention;
  const say = text.evidence.retention;
  const card = ([label, note]: readonly [string, string], value: number, tone: Tone = 'plain') => ({
    label,
    value: text.format.integer(value),
    note,
    tone,
  });
  const cards: Block = {
    kind: 'figures',
    items: [
      card(say.cards.zero, zero),
      card([say.cards.deleted, say.late(late)], deleted),
      card(say.cards.notDeleted, notDeleted, notDeleted > 0 ? 'warning' : 'plain'),
      ...(processing === 0 ? [] : [card(say.cards.processing, processing)]),
      ...(overdue === null ? [] : [card(say.cards.overdue, overdue, overdue > 0 ? 'critical' : 'plain')]),
      ...(notMeasured === 0 ? [] : [card(say.cards.notMeasured, notMeasured, 'warning')]),
    ],
  };
  const unknown = undated === 0 ? [] : [paragraph(say.undated(undated))];
  if (zero === 0) return [paragraph(say.none), ...unknown, muted(say.basis)];
  return [
    ...unknown,
    cards,
    paragraph(`${times.count === 0 ? say.noTimes : say.times(times)} ${limit(material)}`),
    ...list(material, 'notDeleted'),
    ...list(material, 'deletedLate'),
    ...list(material, 'notMeasured'),
    muted(say.basis),
  ];
};

/** "Within the limit" only if deletions show it and no open case could contradict it. */
function limit({ input, text }: Material): string {
  const say = text.evidence.retention.limit;
  const { limit_seconds, late, overdue, deleted, not_measured, processing_over_limit, undated } =
    input.statistics.retention;
  if (limit_seconds === null || late === null || overdue === null) return say.none;
  const open = not_measured + undated + (processing_over_limit ?? 0);
  const limitText = text.format.span(limit_seconds);
  if (overdue > 0) return say.over(late, overdue - late, limitText, open);
  if (open > 0) return say.open(open, limitText);
  return deleted === 0 ? say.unknown(limitText) : say.within(limitText);
}

/** Detections not yet deleted, deleted late, or with times that cannot be measured, one by one. */
function list(material: Material, which: 'notDeleted' | 'deletedLate' | 'notMeasured'): Block[] {
  const { input, text } = material;
  const words = text.evidence.retention[which];
  const found = input.registers[which];
  return found.total === 0 ? [] : [heading(words.caption), ...register(material, found, words, which)];
}
