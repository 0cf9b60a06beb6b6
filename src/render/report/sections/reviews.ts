import type { Block, Cell } from '../../../core/report.ts';
import { RATE_NAMES, type DetectorRates } from '../../../core/reviews.ts';
import { MARKS } from '../../../core/statistics.ts';
import {
  cell,
  countCell,
  heading,
  left,
  type Material,
  mediumName,
  mono,
  muted,
  paragraph,
  right,
  type SectionBuilder,
  shownIf,
  table,
} from './parts.ts';

/** Rows of each list; `statistics.json` has more. */
const MOST_ROWS = 20;
/** Media are an open set, and a page has room for these columns. */
const MOST_MEDIA = 4;
const APPEAL_OUTCOMES = ['upheld', 'partially_reversed', 'reversed', 'omitted', 'pending'] as const;

export const reviews: SectionBuilder = (material) => {
  const { input, text } = material;
  const say = text.reviews;
  const found = input.statistics.reviews;
  if (found === null || found.matched === 0) {
    const unknown = found === null ? [] : unmatched(material);
    return [paragraph(say.notMeasured), ...unknown, ...provenance(material)];
  }
  return [
    paragraph(found.reviewed === 0 ? say.notMeasured : say.lead(found.reviewed, input.statistics.population.completed)),
    ...unmatched(material),
    ...(found.reviewed === 0 ? [] : accuracy(material)),
    ...casework(material),
    ...provenance(material),
  ];
};

function unmatched({ input, text }: Material): Block[] {
  const { count = 0, uuids = [] } = input.statistics.reviews?.unmatched ?? {};
  return count === 0 ? [] : [paragraph(text.reviews.unmatched(count, uuids.slice(0, MOST_ROWS)))];
}

function accuracy({ input, text }: Material): Block[] {
  const found = input.statistics.reviews;
  if (found === null) return [];
  const say = text.reviews;
  const media = Object.entries(found.by_media_type).slice(0, MOST_MEDIA);
  const [figure, all] = say.rateColumns;
  const line = (name: keyof DetectorRates): Cell[] =>
    [found, ...media.map(([, rates]) => rates)].map((rates) => cell(say.estimate(rates[name])));
  const { true_positive, false_positive, true_negative, false_negative } = found.confusion;
  const { agreement, prevalence, strata } = found;
  return [
    table(
      say.rates,
      [left(figure, 1.2), left(all, 1.6), ...media.map(([name]) => left(mediumName(name, text), 1.6))],
      RATE_NAMES.map((name) => [cell(say.names[name]), ...line(name)]),
    ),
    table(
      say.confusion,
      [left(say.confusionColumns[0], 1), right(say.confusionColumns[1], 1), right(say.confusionColumns[2], 1)],
      [
        [cell(say.verdicts.fake), countCell(true_positive, text), countCell(false_positive, text)],
        [cell(say.verdicts.real), countCell(false_negative, text), countCell(true_negative, text)],
      ],
    ),
    paragraph(say.prevalence(text.format.percent(prevalence.raw.value), say.estimate(prevalence.corrected))),
    ...(agreement === null
      ? []
      : [
          paragraph(
            say.agreement(
              agreement.reviewers[0] || say.anonymous,
              agreement.reviewers[1] || say.anonymous,
              agreement.kappa.of,
              text.format.percent(agreement.agreed),
              say.kappa(agreement.kappa, text.format.score),
            ),
          ),
        ]),
    muted(say.basis(found.weighting, found.truth.ambiguous, found.undecided)),
    ...shownIf(
      strata.length > 0,
      table(
        say.strata,
        say.strataColumns.map((title, index) => (index === 0 ? left(title, 2) : right(title, 1))),
        strata
          .slice(0, MOST_ROWS)
          .map(({ stratum, size, sampled, reviewed }) => [
            cell(stratum),
            ...[size, sampled, reviewed].map((count) => countCell(count, text)),
          ]),
      ),
    ),
  ];
}

function casework({ input, text }: Material): Block[] {
  const found = input.statistics.reviews?.casework;
  if (found === undefined) return [];
  const say = text.reviews;
  const { notices, within_limit: within, appeals, automated, overdue_list: late } = found;
  if (notices + found.actions + appeals.count === 0) return [heading(say.casework), paragraph(say.noCases)];
  const hours = (value: number | null): Cell => cell(text.format.span(value === null ? null : value * 3600));
  const counts = (names: readonly (readonly [string, number])[]): Cell[][] =>
    names.map(([name, count]) => [cell(name), countCell(count, text)]);
  return [
    heading(say.casework),
    table(
      say.casework,
      [left(say.caseColumns[0], 2), right(say.caseColumns[1], 1)],
      [
        ...counts([[say.cases.notices, notices]]),
        [cell(say.cases.within(text.format.span(found.limit_seconds))), cell(say.share(within.value, within.of))],
        [cell(say.cases.median), hours(found.median_hours)],
        ...counts([
          [say.cases.overdue, found.overdue],
          [say.cases.open, found.open],
          ...(found.not_measured === 0 ? [] : [[say.cases.notMeasured, found.not_measured] as const]),
          [say.cases.actions, found.actions],
          [say.cases.full, automated.all.full],
          [say.cases.partial, automated.all.partial],
          [say.cases.no, automated.all.no],
          [say.cases.appeals, appeals.count],
          ...(appeals.count === 0 ? [] : APPEAL_OUTCOMES).map(
            (name) => [say.cases[name], appeals.outcomes[name]] as const,
          ),
        ]),
        ...(appeals.count === 0 ? [] : [[cell(say.cases.appealMedian), hours(appeals.median_hours)]]),
      ],
    ),
    ...shownIf(
      late.length > 0,
      table(
        say.overdue,
        [left(say.overdueColumns[0], 3), right(say.overdueColumns[1], 1.5), left(say.overdueColumns[2], 1.5)],
        late
          .slice(0, MOST_ROWS)
          .map(({ uuid, hours: span, acted }) => [mono(uuid), hours(span), cell(say.acted(acted))]),
      ),
      ...shownIf(found.overdue > MOST_ROWS, muted(say.more(Math.min(MOST_ROWS, late.length), found.overdue))),
    ),
  ];
}

/** Marked, not marked or unknown, by medium and verdict, then by signal. */
function provenance({ input, text }: Material): Block[] {
  const say = text.provenance;
  const { by_media_type: media, signals } = input.statistics.provenance;
  const rows = Object.entries(media).flatMap(([medium, byVerdict]) =>
    Object.entries(byVerdict).map(([verdict, counts]): readonly [string, typeof counts] => {
      const name = verdict === 'none' ? say.none : text.results.series[verdict as 'fake'];
      return [`${mediumName(medium, text)}, ${name}`, counts];
    }),
  );
  const some = rows.filter(([, counts]) => MARKS.some((mark) => counts[mark] > 0));
  const kinds = (['c2pa', 'watermark', 'synthid'] as const).map((name) => [say.signals[name], signals[name]] as const);
  const counted = (caption: string, first: string, all: typeof rows): Block =>
    table(
      caption,
      [left(first, 4), ...MARKS.map((mark) => right(say.columns[mark], 1))],
      all.map(([name, counts]) => [cell(name), ...MARKS.map((mark) => countCell(counts[mark], text))]),
    );
  if (input.statistics.population.in_period === 0) return [];
  return [
    heading(say.title),
    muted(say.intro),
    counted(say.byMedium, say.medium, some),
    counted(say.bySignal, say.signal, kinds),
  ];
}
