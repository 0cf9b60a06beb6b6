import type { Tone } from '../../../core/design.ts';
import type { Block, Cell, ReportColumn, SectionId } from '../../../core/report.ts';
import type { ReportInput } from '../report-input.ts';
import type { ReportText } from '../text/en/index.ts';

/** The input of each section's builder. */
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

export function definitions(items: readonly (readonly [term: string, cell: Cell])[]): Block {
  return { kind: 'definitions', items: items.map(([term, item]) => ({ term, cell: item })) };
}

export function table(caption: string, columns: readonly ReportColumn[], rows: readonly (readonly Cell[])[]): Block {
  return { kind: 'table', caption, columns, rows };
}

/** The largest counts, equal ones sorted by name: at most `limit`, and the number of the rest. */
export function largest<K extends { readonly name: string; readonly count: number }>(
  entries: readonly K[],
  limit: number,
): { readonly shown: readonly K[]; readonly more: number } {
  const sorted = [...entries].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  return { shown: sorted.slice(0, limit), more: Math.max(0, sorted.length - limit) };
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

/** A link to a section, if the report has it. */
export function linkTo({ input }: Material, id: SectionId): { link?: SectionId } {
  return input.template.sections.includes(id) ? { link: id } : {};
}
