import { InvariantError } from '../../core/errors.ts';
import { unfinished } from '../../core/period.ts';
import type { Report, Section, SectionId, Stamp } from '../../core/report.ts';
import { figureTables } from './figures.ts';
import type { Language } from '../../core/template.ts';
import { writtenBy } from './replay-command.ts';
import { periodText, type SectionBuilder } from './sections/parts.ts';
import type { ReportInput } from './report-input.ts';
import { amendment, change } from './sections/change.ts';
import { combinedParts } from './sections/combined-parts.ts';
import { completeness, levelOf } from './sections/completeness.ts';
import { compliance } from './sections/compliance.ts';
import { contents, extraction, integrity, limitations, method, signOff } from './sections/record.ts';
import { quality } from './sections/quality.ts';
import { annex, failed, flagged, indeterminate } from './sections/registers.ts';
import { retention } from './sections/retention.ts';
import { reviews } from './sections/reviews.ts';
import { scores } from './sections/scores.ts';
import { cover, summary } from './sections/summary.ts';
import { verdicts } from './sections/verdicts.ts';
import { DE } from './text/de/index.ts';
import { EN, type ReportText } from './text/en/index.ts';

const BUILDERS: Readonly<Record<SectionId, SectionBuilder>> = {
  cover,
  summary,
  compliance,
  contents,
  change,
  verdicts,
  flagged,
  retention,
  reviews,
  indeterminate,
  failed,
  scores,
  quality,
  method,
  limitations,
  completeness,
  extraction,
  integrity,
  sign_off: signOff,
};

const TEXTS: Readonly<Record<Language, ReportText>> = { en: EN, de: DE };

/**
 * Builds the report: the template's sections, in its order, filled from the numbers. Pure: the same input gives the
 * same report. Throws `InvariantError` if the registers and the statistics disagree.
 */
export function buildReport(input: ReportInput): Report {
  const text = TEXTS[input.template.language ?? 'en'];
  assertSameCounts(input);
  const { name, days } = periodText(input.period, text);
  return {
    id: input.id,
    title: input.template.title,
    organisation: input.template.organisation,
    classification: input.template.classification,
    template: input.template.name,
    tool: input.tool,
    period: input.period,
    periodText: name,
    periodDays: `${days} (${input.period.timezone})`,
    asOf: input.asOf,
    status: statusOf(input, text),
    stamps: stampsOf(input, text),
    brand: input.template.brand,
    phrases: text.phrases,
    sections: sectionsOf(input, text),
    sheets: sheetsOf(input, text),
    figures: figureTables(input, text),
    statistics: input.statistics,
    certificate: input.certificate,
    extraction: input.extraction,
    files: input.files,
    everyDetection: writtenBy(input).everyDetection,
    withheldCells: input.withheldCells ?? 0,
    attachments: (input.attached?.attachments ?? []).map((each) => ({
      ...each,
      description: text.evidence.attachments(each.name),
    })),
  };
}

/**
 * The template's sections. Summary and matrix are on the first page if there is one. The comparison is left out if no
 * earlier run is known, unless it is the only section; the changes of an amendment and the parts of a combined run come first.
 */
function sectionsOf(input: ReportInput, text: ReportText): Section[] {
  const material = { input, text };
  const { sections, comment, notes = [] } = input.template;
  const isEarlierKnown =
    (input.previous ?? null) !== null || (input.history ?? []).length + notes.length > 0 || comment !== undefined;
  const isLeftOut = (id: SectionId): boolean => {
    if (id === 'change') return !isEarlierKnown && sections.length > 1;
    return (id === 'summary' || id === 'compliance') && sections.includes('cover');
  };
  const chosen = sections
    .filter((id) => !isLeftOut(id))
    .map((id): Section => ({ id, title: text.titles[id], blocks: BUILDERS[id](material) }));
  const registers = annex(material);
  if (registers.length > 0) chosen.push({ id: 'annex', title: text.annex, blocks: registers });
  const first = combinedParts(material);
  if ((input.amendment ?? null) !== null) {
    first.unshift({ id: 'amendment', title: text.amendment.title, blocks: amendment(material) });
  }
  const said = chosen.findIndex(({ id }) => id !== 'cover' && id !== 'contents');
  return chosen.toSpliced(said < 0 ? chosen.length : said, 0, ...first);
}

/** Complete or not, preliminary, amendment, generated: in that order. */
function stampsOf(
  { certificate, period, amendment: reported = null, extraction: read }: ReportInput,
  text: ReportText,
): Stamp[] {
  const warning = (words: string): Stamp => ({ text: words, level: 'warning' });
  const { stamps } = text.completeness;
  return [
    { text: text.completeness.status(certificate).stamp, level: levelOf(certificate) },
    ...(unfinished(period, certificate.startedAt) === null ? [] : [warning(stamps.preliminary)]),
    ...(reported === null ? [] : [warning(stamps.amendment(reported.amends.report_id, reported.amends.number))]),
    ...(read.source.kind === 'sandbox' ? [warning(stamps.generated)] : []),
  ];
}

/** What the workbook shows of the report besides its figures; sections with nothing to say are left out. */
function sheetsOf(input: ReportInput, text: ReportText): Section[] {
  const { statistics } = input;
  const ids: readonly (readonly [SectionId, boolean])[] = [
    ['summary', true],
    ['change', (input.previous ?? null) !== null],
    ['compliance', statistics.compliance.obligations.length > 0],
    ['flagged', statistics.verdicts.fake > 0],
    ['retention', statistics.retention.zero_retention > 0],
    ['reviews', true],
    ['completeness', true],
    ['extraction', true],
    ['integrity', input.files.length > 0],
  ];
  const sections = ids.flatMap(([id, isShown]): Section[] =>
    isShown ? [{ id, title: text.titles[id], blocks: BUILDERS[id]({ input, text }) }] : [],
  );
  return [...sections, ...combinedParts({ input, text })];
}

/** What a reader must know first. That detections may be missing is graver than that some are still to come. */
function statusOf(input: ReportInput, text: ReportText): Report['status'] {
  const { certificate, period, statistics } = input;
  const { stamp, text: how } = text.completeness.status(certificate);
  const proof = `${how} ${text.completeness.readOn(certificate.startedAt.slice(0, 10))}`;
  const level = levelOf(certificate);
  const rest = unfinished(period, certificate.startedAt);
  const { undated } = statistics.population;
  const say = text.completeness.unfinished;
  const cautions = [
    ...(rest === null ? [] : [say.short(rest)]),
    ...(undated === 0 ? [] : [text.completeness.undated(undated)]),
    ...(input.extraction.source.kind === 'sandbox' ? [text.evidence.extraction.sandbox] : []),
  ];
  if (cautions.length === 0) return { level, stamp, text: proof };
  return {
    level: level === 'good' ? 'warning' : level,
    stamp: rest === null || certificate.verdict === 'unproven' ? stamp : text.completeness.stamps.preliminary,
    text: [...cautions, proof].join(' '),
  };
}

/** The lists were counted separately from the statistics: two counts of the same detections must agree. */
function assertSameCounts({ registers, statistics }: ReportInput): void {
  const pairs = [
    ['flagged', registers.flagged.total, statistics.verdicts.fake],
    ['indeterminate', registers.indeterminate.total, statistics.verdicts.indeterminate],
    ['failed', registers.failed.total, statistics.population.failed],
    ['processing', registers.pending.total, statistics.population.processing],
    ['not yet deleted', registers.notDeleted.total, statistics.retention.not_deleted],
    ['late deleted', registers.deletedLate.total, statistics.retention.late ?? 0],
    ['not measured', registers.notMeasured.total, statistics.retention.not_measured],
  ] as const;
  const wrong = pairs.find(([, listed, counted]) => listed !== counted);
  if (wrong === undefined) return;
  const [what, listed, counted] = wrong;
  throw new InvariantError(`The report's list of ${what} detections holds ${listed}, the statistics say ${counted}.`);
}
