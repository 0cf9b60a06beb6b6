import { standsOnRecord } from '../../../core/certificate.ts';
import { unfinished } from '../../../core/period.ts';
import type { Block, LinkedText, SectionId } from '../../../core/report.ts';
import { measured, SECTION_OF, unknownLabels } from '../indicators.ts';
import { heading, lead, linkTo, type Material, nameOf, paragraph, periodText, type SectionBuilder } from './parts.ts';
import { emptyAfter, isOpen } from '../replay-command.ts';
import { previousOf } from './change.ts';
import { figureTexts, matrix } from './compliance.ts';

/** Sentences under "What needs action"; more would not be read. */
const MOST_ACTIONS = 5;
/** A longer name of an obligation is that of its figure in such a sentence; the matrix on the same page has both. */
const LONGEST_NAME = 50;

/** The first page: are we fine, what changed, what needs action. */
export const cover: SectionBuilder = (material) => {
  const { sections, obligations = [] } = material.input.template;
  const isChosen = (id: SectionId): boolean => sections.includes(id);
  return [
    ...(isChosen('summary') ? [cards(material)] : []),
    ...(isChosen('compliance') && obligations.length > 0 ? matrix(material) : []),
    ...(isChosen('summary') ? actions(material) : []),
  ];
};

/** The figures in sentences, for a report without a first page. */
export const summary: SectionBuilder = (material) => {
  const { input, text } = material;
  const { population, verdicts, fake_rate: rate } = input.statistics;
  const say = text.summary;
  return [
    lead(say.held(population, isOpen(input) ? null : periodText(input.period, text).name, input.certificate.verdict)),
    ...(population.completed === 0 ? [] : [paragraph(`${say.verdicts(verdicts)} ${say.rate(rate)}`)]),
    cards(material),
    ...actions(material),
  ];
};

function cards({ input, text }: Material): Block {
  const { population, verdicts, fake_rate: rate, retention } = input.statistics;
  const say = text.summary.cards;
  const before = previousOf(input);
  const name = nameOf(before?.period ?? '', text.format.shortMonth);
  const rates = before?.comparable === true ? before.figures : null;
  const change = (words: string | null): { change?: string } =>
    words === null ? {} : { change: say.change(words, name) };
  const oldRate = rates?.fake_rate.value ?? null;
  const points = oldRate === null || rate.value === null ? null : text.change.points(oldRate, rate.value);
  const from = (old: number | null | undefined, now: number): string | null =>
    (old ?? null) === null ? null : text.change.difference(old ?? 0, now);
  return {
    kind: 'figures',
    items: [
      {
        label: say.detections,
        value: text.format.integer(population.in_period),
        note: say.open(population.failed, population.processing),
        tone: 'plain',
        ...change(from(before?.figures.in_period, population.in_period)),
      },
      {
        label: say.rate,
        value: text.format.percent(rate.value),
        note: say.interval(rate, verdicts.fake),
        tone: 'fake',
        ...change(points),
      },
      {
        label: say.indeterminate,
        value: text.format.integer(verdicts.indeterminate),
        note: say.share(text.format.shareOf(verdicts.indeterminate, population.completed), population.completed),
        tone: 'indeterminate',
        ...change(from(rates?.verdicts.indeterminate, verdicts.indeterminate)),
      },
      {
        label: say.notDeleted,
        value: retention.zero_retention === 0 ? text.results.noCase : text.format.integer(retention.not_deleted),
        note: say.retention(retention),
        tone: (retention.overdue ?? 0) > 0 ? 'critical' : retention.not_deleted > 0 ? 'warning' : 'plain',
        ...change(from(before?.notDeleted, retention.not_deleted)),
      },
    ],
  };
}

/** What needs action, gravest first; of many, the heading says how many there are. */
function actions(material: Material): Block[] {
  const say = material.text.summary;
  const points = pointsIn(material);
  const shown = points.slice(0, MOST_ACTIONS);
  return [
    heading(say.action(shown.length, points.length)),
    points.length === 0
      ? paragraph(say.noAction(material.input.statistics.population.in_period))
      : { kind: 'list', items: shown },
  ];
}

function pointsIn(material: Material): LinkedText[] {
  const { input, text } = material;
  const { statistics, certificate, template } = input;
  const { population, retention, verdicts } = statistics;
  const say = text.summary.points;
  const points: LinkedText[] = [];
  const add = (count: number, id: SectionId, words: (count: number) => string): void => {
    if (count > 0) points.push({ text: words(count), ...linkTo(material, id) });
  };
  const rest = unfinished(input.period, certificate.startedAt);
  add(certificate.verdict === 'unproven' ? 1 : 0, 'completeness', () => say.unproven);
  add(population.undated, 'completeness', (count) => say.undated(count, isOpen(input)));
  add(rest === null ? 0 : 1, 'completeness', () => (rest === null ? '' : text.completeness.unfinished.text(rest)));
  const limit = template.retentionLimitSeconds;
  const { overdue, late, not_measured: notMeasured } = retention;
  const limitText = limit === null ? null : text.format.span(limit);
  if (overdue !== null && late !== null) {
    add(overdue, 'retention', (count) => say.overdue(count, late, count - late, limitText ?? ''));
  }
  const chosen = template.sections.includes('compliance') ? measured(input) : [];
  for (const status of ['not_met', 'not_shown', 'not_measured'] as const) {
    for (const one of chosen.filter((each) => each.status === status)) {
      const { indicator, obligation } = one.duty;
      // The sentences above have said these; an accuracy that no one reviewed is not a point to act on.
      const isSaid = ['completeness', 'overdue', 'deleted_late'].includes(indicator ?? '') && status !== 'not_shown';
      if (indicator === null || isSaid || (indicator === 'accuracy' && status === 'not_measured')) continue;
      const name = obligation.length > LONGEST_NAME ? text.compliance.indicators[indicator] : obligation;
      add(1, SECTION_OF[indicator], () => text.compliance.point(status, name, ...figureTexts(one, text)));
    }
  }
  add(emptyAfter(input), 'verdicts', say.emptyAfter);
  add(retention.not_deleted - ((overdue ?? 0) - (late ?? 0)), 'retention', (count) => say.notDeleted(count, limitText));
  add(notMeasured, 'retention', say.deletionNotMeasured);
  add(verdicts.fake, 'flagged', say.flagged);
  add(population.failed, 'failed', say.failed);
  add(population.processing, 'failed', say.processing);
  add(unknownLabels(statistics, template.policy).length, 'quality', say.unknownLabels);
  const isWeak = certificate.verdict === 'converged' || standsOnRecord(certificate);
  add(isWeak ? 1 : 0, 'completeness', () => say.notProven);
  return points;
}
