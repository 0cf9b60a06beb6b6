import { type Certificate, standsOnRecord } from '../../../core/certificate.ts';
import { unfinished } from '../../../core/period.ts';
import type { Block, Cell } from '../../../core/report.ts';
import { sentence } from '../format.ts';
import { isOpen } from '../replay-command.ts';
import {
  cell,
  definitions,
  heading,
  left,
  mono,
  muted,
  notice,
  paragraph,
  right,
  type Material,
  type SectionBuilder,
  shownIf,
  step,
  table,
} from './parts.ts';

/** Open places shown; the certificate in `manifest.json` has all. */
const MOST_PLACES = 20;

const LEVELS = { proven: 'good', converged: 'warning', unproven: 'critical' } as const;

export function levelOf(certificate: Certificate): (typeof LEVELS)[keyof typeof LEVELS] {
  return standsOnRecord(certificate) ? 'warning' : LEVELS[certificate.verdict];
}

export const completeness: SectionBuilder = (material) => {
  const { input, text } = material;
  const { certificate } = input;
  const say = text.completeness;
  const status = say.status(certificate);
  const givenUp = certificate.seekGivenUp;
  const rest = unfinished(input.period, certificate.startedAt);
  const level = levelOf(certificate);
  return [
    ...(level === 'good' ? [] : [notice(level, status.title, status.text)]),
    ...(rest === null ? [] : [notice('warning', say.unfinished.title, say.unfinished.text(rest))]),
    paragraph(level === 'good' ? `${status.text} ${introduction(material)}` : introduction(material)),
    definitions([
      [say.terms.verdict, cell(text.compliance.verdicts[certificate.verdict])],
      [say.terms.claim, cell(say.claim(certificate))],
      ...(givenUp === undefined ? [] : [[say.terms.givenUp, cell(say.givenUp(givenUp))] as const]),
      [say.terms.reason, cell(certificate.reason)],
      [say.terms.order, cell(say.order(certificate.orderObserved))],
      [say.terms.windows, cell(say.windows(certificate.windows, certificate.repairs, certificate.passes))],
      [say.terms.moved, cell(say.moved(certificate.appeared, certificate.vanished, certificate.changed))],
      [say.terms.total, cell(say.total(certificate.totalCountFirst, certificate.totalCountLast))],
    ]),
    heading(say.sums),
    muted(say.sumsIntro),
    sums(material),
    ...undated(material),
    ...openPlaces(material),
  ];
};

/** How the list was read: in one answer, or in windows that had to be linked. */
function introduction({ input, text }: Material): string {
  const { verdict, windows, unique, claim } = input.certificate;
  const say = text.completeness;
  if (claim === 'parts') return say.partsIntro;
  if (windows > 1 && verdict === 'unproven') return say.introUnproven;
  if (claim === 'period') return say.periodIntro;
  if (windows > 1) return say.intro;
  if (verdict !== 'proven') return say.oneAnswerUnproven;
  return unique === 0 ? say.empty : say.oneAnswer;
}

/** The rule that every count adds up, as a table: every line is the sum of those one step deeper. */
function sums({ input, text }: Material): Block {
  const { population, verdicts } = input.statistics;
  const { columns, rows } = text.completeness;
  const line = (depth: number, name: string, value: number): Cell[] => step(depth, name, text.format.integer(value));
  const { claim = 'list' } = input.certificate;
  const isOfPeriod = claim === 'period';
  // Without days, no dated detection is outside; a combined run holds what is inside alone.
  const open = (isOpen(input) || claim === 'parts') && population.outside_period === 0;
  const isDated = isOpen(input) && open;
  return table(
    text.completeness.sums,
    [left(columns[0], 4), right(columns[1], 1)],
    [
      line(0, claim === 'parts' ? rows.receivedParts : rows.received, population.received),
      line(1, claim === 'parts' ? rows.duplicatesParts : rows.duplicates, population.duplicates),
      line(1, { list: rows.unique, period: rows.uniqueRead, parts: rows.uniqueParts }[claim], population.unique),
      ...(open ? [] : [line(2, isOfPeriod ? rows.outsideRead : rows.outside, population.outside_period)]),
      line(2, rows.undated, population.undated),
      line(2, isDated ? rows.dated : rows.inPeriod, population.in_period),
      line(3, rows.failed, population.failed),
      line(3, rows.processing, population.processing),
      line(3, rows.completed, population.completed),
      line(4, rows.fake, verdicts.fake),
      line(4, rows.real, verdicts.real),
      line(4, rows.indeterminate, verdicts.indeterminate),
    ],
  );
}

/** Which detections are in no period, and the times that were not readable. */
function undated({ input, text }: Material): Block[] {
  const { population, undated: named } = input.statistics;
  if (population.undated === 0) return [];
  const say = text.completeness;
  const more = population.undated - named.length;
  return [
    heading(sentence(say.rows.undated)),
    {
      kind: 'list',
      items: named.map(({ uuid, created_at: time }) => ({ text: `${uuid} (${time === null ? '–' : `"${time}"`})` })),
    },
    ...shownIf(more > 0, muted(say.undatedMore(more))),
  ];
}

function openPlaces({ input, text }: Material): Block[] {
  const { openPlaces: places } = input.certificate;
  if (places.length === 0) return [];
  const say = text.completeness;
  const shown = places.slice(0, MOST_PLACES);
  return [
    heading(say.openPlaces),
    paragraph(say.openPlacesIntro(shown.length, places.length)),
    table(
      say.openPlaces,
      [left(say.openColumns[0], 3), left(say.openColumns[1], 3), left(say.openColumns[2], 4)],
      shown.map((place) => [
        place.afterUuid === null ? cell(say.head) : mono(place.afterUuid),
        place.beforeUuid === null ? cell(say.end) : mono(place.beforeUuid),
        cell(place.why),
      ]),
    ),
  ];
}
