import { unfinished } from '../../../core/period.ts';
import type { Block } from '../../../core/report.ts';
import { integer, percent, shareOf, span } from '../format.ts';
import { measured, unknownLabels } from '../indicators.ts';
import { periodText } from '../period-text.ts';
import { emptyAfter, isOpen } from '../replay-command.ts';
import { generated, heading, lead, type Material, paragraph, type SectionBuilder } from './parts.ts';

export const summary: SectionBuilder = (material) => {
  const { input, text } = material;
  const { population, verdicts, fake_rate, by_day } = input.statistics;
  const open = isOpen(input);
  const say = text.summary;
  const most = by_day.reduce((high, day) => Math.max(high, totalOf(day)), 0);
  const busiest = by_day.filter((day) => totalOf(day) === most).map(({ day }) => day);
  const sentences = [
    say.outcome(population),
    population.in_period === 0 ? '' : say.verdicts(population.completed, verdicts),
    population.completed === 0 ? '' : say.rate(fake_rate),
    population.in_period < 2 || by_day.length < 2 ? '' : say.busiest(busiest, most),
  ];
  return [
    ...generated(material),
    ...warnings(material),
    lead(
      say.held(
        population.in_period,
        open ? null : periodText(input.period, text).name,
        population.undated,
        input.certificate.verdict !== 'unproven',
      ),
    ),
    paragraph(sentences.filter((sentence) => sentence !== '').join(' ')),
    cards(material),
    heading(say.attention),
    ...attention(material),
  ];
};

/** Warnings if a figure of zero could look like a finding. */
function warnings({ input, text }: Material): Block[] {
  const say = text.summary;
  const { population, undated } = input.statistics;
  const before = emptyAfter(input);
  const notice = (title: string, words: string): Block => ({ kind: 'notice', level: 'warning', title, text: words });
  return [
    ...(population.undated === 0
      ? []
      : [notice(say.undatedTitle, say.points.undated(population.undated, isOpen(input), undated))]),
    ...(before === 0 ? [] : [notice(say.emptyTitle, say.points.emptyAfter(before))]),
  ];
}

function totalOf(counts: { completed: number; processing: number; failed: number }): number {
  return counts.completed + counts.processing + counts.failed;
}

function cards({ input, text }: Material): Block {
  const { population, verdicts, fake_rate } = input.statistics;
  const say = text.summary;
  const [label, note] = say.cards.inPeriod(isOpen(input));
  const share = (part: number): string => say.shareNote(shareOf(part, population.completed), population.completed);
  return {
    kind: 'figures',
    items: [
      { label, value: integer(population.in_period), note, tone: 'plain' },
      { label: say.cards.fake[0], value: integer(verdicts.fake), note: share(verdicts.fake), tone: 'fake' },
      { label: say.cards.rate[0], value: percent(fake_rate.value), note: say.rateNote(fake_rate), tone: 'fake' },
      { label: say.cards.real[0], value: integer(verdicts.real), note: share(verdicts.real), tone: 'real' },
      {
        label: say.cards.indeterminate[0],
        value: integer(verdicts.indeterminate),
        note: share(verdicts.indeterminate),
        tone: 'indeterminate',
      },
      {
        label: say.cards.open[0],
        value: integer(population.failed + population.processing),
        note: say.openNote(population.failed, population.processing),
        tone: 'muted',
      },
    ],
  };
}

/** Everything in the numbers that needs attention, gravest first; one sentence each. */
function attention({ input, text }: Material): Block[] {
  const { statistics, certificate, template } = input;
  const { population, retention } = statistics;
  const say = text.summary.points;
  const points: string[] = [];
  const rest = unfinished(input.period, certificate.startedAt);
  if (rest !== null) points.push(text.completeness.unfinished.text(rest));
  if (population.undated > 0) points.push(say.undated(population.undated, isOpen(input), statistics.undated));
  const before = emptyAfter(input);
  if (before > 0) points.push(say.emptyAfter(before));
  if (certificate.verdict !== 'proven') points.push(say.completeness(certificate.verdict));
  const limit = template.retentionLimitSeconds;
  const late = retention.late ?? 0;
  const obligations = template.sections.includes('compliance') ? measured(input) : [];
  for (const status of ['not_met', 'not_shown', 'not_measured'] as const) {
    // Accuracy is never measured here: every report states that as a limitation.
    const those = obligations.filter((one) => one.status === status && one.duty.indicator !== 'accuracy');
    if (those.length > 0) {
      const names = those.map(({ duty }) => duty.obligation);
      points.push(text.compliance.point(status, names));
    }
  }
  const { overdue } = retention;
  if (limit !== null && overdue !== null && overdue > 0) {
    points.push(say.overdue(overdue, late, overdue - late, span(limit)));
  }
  const waiting = retention.not_deleted - ((overdue ?? late) - late);
  if (waiting > 0) points.push(say.notDeleted(waiting, limit === null ? null : span(limit)));
  if (retention.not_measured > 0) points.push(say.deletionNotMeasured(retention.not_measured));
  if (population.failed > 0) points.push(say.failed(population.failed));
  if (population.processing > 0) points.push(say.processing(population.processing));
  if (statistics.verdicts.indeterminate > 0) points.push(say.indeterminate(statistics.verdicts.indeterminate));
  const labels = unknownLabels(statistics, template.policy).length;
  if (labels > 0) points.push(say.unknownLabels(labels));
  const keys = Object.keys(statistics.unknown_keys).length;
  if (keys > 0) points.push(say.unknownKeys(keys));
  const coercions = Object.values(statistics.coercions).reduce((sum, count) => sum + count, 0);
  if (coercions > 0) points.push(say.coercions(coercions));
  return points.length === 0
    ? [paragraph(text.summary.noPoints(population.in_period))]
    : [{ kind: 'list', items: points }];
}
