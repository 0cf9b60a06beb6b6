import { foldLabel } from '../../../core/policy.ts';
import type { Tone } from '../../../core/design.ts';
import type { Block, Cell, ReportColumn, SectionId } from '../../../core/report.ts';
import type { ReportInput } from '../report-input.ts';
import type { ReportText } from '../text/en/index.ts';
import { addDays } from '../../../core/calendar.ts';
import type { Period } from '../../../core/period.ts';

export interface Material {
  readonly input: ReportInput;
  readonly text: ReportText;
}

export type SectionBuilder = (material: Material) => readonly Block[];

export const heading = (text: string): Block => ({ kind: 'heading', text });
export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const lead = (text: string): Block => ({ kind: 'paragraph', text, tone: 'lead' });
export const muted = (text: string): Block => ({ kind: 'paragraph', text, tone: 'muted' });

export const left = (title: string, weight: number): ReportColumn => ({ title, align: 'left', weight });
export const right = (title: string, weight: number): ReportColumn => ({ title, align: 'right', weight });

export const cell = (text: string): Cell => ({ text });
export const toned = (text: string, tone: Tone): Cell => ({ text, tone });
export const mono = (text: string): Cell => ({ text, mono: true });
export const countCell = (value: number, { format }: ReportText): Cell => ({
  text: format.integer(value),
  figure: { value, form: 'count' },
});

export function shownIf(isShown: boolean, ...blocks: readonly Block[]): readonly Block[] {
  return isShown ? blocks : [];
}

/** The cells of a line in a table of sums: each line is the sum of those one step deeper. */
export function step(depth: number, name: string, ...texts: readonly string[]): Cell[] {
  const strong = depth === 0;
  return [{ text: name, indent: depth, strong }, ...texts.map((text) => ({ text, strong }))];
}

export function definitions(items: readonly (readonly [term: string, cell: Cell])[]): Block {
  return { kind: 'definitions', items: items.map(([term, item]) => ({ term, cell: item })) };
}

export function table(caption: string, columns: readonly ReportColumn[], rows: readonly (readonly Cell[])[]): Block {
  return { kind: 'table', caption, columns, rows };
}

export function notice(level: Extract<Block, { kind: 'notice' }>['level'], title: string, text: string): Block {
  return { kind: 'notice', level, title, text };
}

/** How many entries of a list `statistics.json` has besides those shown; nothing if there are no more. */
export function moreOf(count: number, { evidence }: ReportText): Block[] {
  return count > 0 ? [muted(evidence.quality.more(count))] : [];
}

/** Sorts counts, the largest first, equal ones by name. */
export function mostFirst([a, many]: readonly [string, number], [b, others]: readonly [string, number]): number {
  return others - many || (a < b ? -1 : 1);
}

/** A table of the largest counts: at most `limit`, and the number of the rest. */
export function countTable(
  text: ReportText,
  caption: string,
  [name, count]: readonly [string, string],
  entries: readonly (readonly [name: string, count: number])[],
  limit: number,
): Block[] {
  const sorted = entries.toSorted(mostFirst);
  return [
    table(
      caption,
      [left(name, 5), right(count, 1)],
      sorted.slice(0, limit).map(([each, times]) => [cell(each), countCell(times, text)]),
    ),
    ...moreOf(sorted.length - limit, text),
  ];
}

export function mediumName(type: string | null, { results: { scores, verdicts } }: ReportText): string {
  if (type === 'audio' || type === 'image' || type === 'video') return scores.modality[type];
  return type === null || type === '' ? verdicts.noMedium : type;
}

/** True for a suspected source that names no generator: the API says "real" then. */
export function saysReal({ template }: ReportInput, source: string): boolean {
  return template.policy.real.some((real) => foldLabel(real) === foldLabel(source));
}

/** True if the run writes that column; a column that the template leaves out stays out of the report too. */
export function writesColumn(input: ReportInput, column: string): boolean {
  const columns = input.template.tables.get('detections');
  return columns === undefined || columns.includes(column);
}

/** Follows "no detection": a limitation if that cannot be said of the whole period, else empty. */
export function amongWhat({ input, text }: Material): string {
  if (input.certificate.verdict === 'unproven') return text.results.amongRead;
  return input.statistics.population.undated > 0 ? text.results.amongDated : '';
}

export function linkTo({ input }: Material, id: SectionId): { link?: SectionId } {
  return input.template.sections.includes(id) ? { link: id } : {};
}

/** The period for people: a name (`January 2024`) and its first and last day. */
export function periodText(period: Period, text: ReportText): { readonly name: string; readonly days: string } {
  const days = daysOfPeriod(period, text);
  return { name: nameOf(period.label, text.format.monthText) ?? days, days };
}

/** A month, quarter or year by its label; null for any other span. */
export function nameOf(label: string, month: (label: string) => string): string | null {
  if (/^\d{4}-\d{2}$/.test(label)) return month(label);
  const [, year, quarter] = /^(\d{4})(?:-(Q\d))?$/.exec(label) ?? [];
  if (year === undefined) return null;
  return quarter === undefined ? year : `${quarter} ${year}`;
}

export function daysOfPeriod({ from, to }: Pick<Period, 'from' | 'to'>, { format, cover }: ReportText): string {
  const last = to === null ? null : format.dayText(addDays(to, -1));
  if (from === null) return last === null ? cover.allTime : cover.until(last);
  return last === null ? cover.from(format.dayText(from)) : cover.days(format.dayText(from), last);
}

/** Most rows of an annex that is not asked for. */
const SHORT_ANNEX = 50;

/** True if registers follow the report as a whole: if the template says so, or else if they are short. */
export function hasAnnex({ input: { template, registers } }: Material): boolean {
  const { flagged, indeterminate, failed, pending } = registers;
  const rows = [flagged, indeterminate, failed, pending].reduce((sum, { total }) => sum + total, 0);
  return template.annex ?? (template.sections.includes('flagged') && rows <= SHORT_ANNEX);
}
