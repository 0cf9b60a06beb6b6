import { MODALITIES } from '../../../core/policy.ts';
import { REPORTED_OUTCOMES } from '../../../core/statistics.ts';
import type { CellValue, Column, Row } from '../../../core/table.ts';
import { shorten } from '../../../core/text.ts';
import { html, instant, integer, LIMITS, type Markup, name, prose, score } from './markup.ts';
import { hidesSomething } from '../printable.ts';
import type { Words } from './words.ts';

const LABELS = ['audio_label', 'image_label', 'video_label', 'error_message'] as const;

export type SortKind = 'order' | 'time' | 'number' | 'text';

export interface RegisterColumn {
  readonly id: keyof Words['register']['columns'];
  readonly sort: SortKind;
  readonly weight: number;
  readonly namesRow?: boolean;
  readonly cell: (row: RegisterRow, words: Words['register']) => Markup;
}

export type RegisterRow = ReturnType<typeof registerRow>;

/** A row of the table of detections, read by column name; null for columns that the template leaves out. */
export function registerRow(number: number, cells: Row, places: ReadonlyMap<string, number>) {
  const valueAt = (column: string): CellValue => {
    const place = places.get(column);
    return place === undefined ? null : (cells[place] ?? null);
  };
  const said = valueAt('verdict') ?? valueAt('status');
  const row = {
    /** From 1, in the order of the list. */
    number,
    cut: 0,
    /** Cells in which a character is shown as its code. */
    coded: 0,
    result: REPORTED_OUTCOMES.find((result) => result === said) ?? ('other' as const),
    medium: MODALITIES.find((medium) => medium === valueAt('media_type')) ?? ('other' as const),
    has: (column: string) => places.has(column),
    valueAt,
    numberAt(column: string): number | null {
      const value = valueAt(column);
      return typeof value === 'number' ? value : null;
    },
    textAt(column: string): string | null {
      const value = valueAt(column);
      if (value === null) return null;
      const whole = String(value);
      const text = shorten(whole, LIMITS.cell);
      if (text !== whole) row.cut += 1;
      if (hidesSomething(text)) row.coded += 1;
      return text;
    },
  };
  return row;
}

/** The register's columns that the template's columns can fill. */
export function registerColumns(columns: readonly Column[]): readonly RegisterColumn[] {
  const written = new Set(columns.map(({ name: own }) => own));
  const namesFiles = written.has('filename');
  const namesRows = namesFiles || written.has('uuid');
  const all: readonly (RegisterColumn & { readonly from: readonly string[] })[] = [
    {
      id: 'number',
      from: [],
      sort: 'order',
      weight: 0.65,
      namesRow: !namesRows,
      cell: (row, words) => html`${integer(row.number, words.thousands)}`,
    },
    { id: 'created', from: ['created_at'], sort: 'time', weight: 1.85, cell: createdCell },
    {
      id: namesFiles ? 'file' : 'id',
      from: ['filename', 'uuid'],
      sort: 'text',
      weight: 2.95,
      namesRow: true,
      cell: identityCell,
    },
    { id: 'medium', from: ['media_type'], sort: 'text', weight: 0.85, cell: mediumCell },
    { id: 'result', from: ['verdict', 'status'], sort: 'text', weight: 1.5, cell: resultCell },
    { id: 'label', from: LABELS, sort: 'text', weight: 1.4, cell: labelCell },
    { id: 'score', from: ['verdict_score'], sort: 'number', weight: 0.8, cell: scoreCell },
  ];
  return all.filter(({ from }) => from.length === 0 || from.some((column) => written.has(column)));
}

function createdCell(row: RegisterRow): Markup {
  const ms = row.numberAt('created_at');
  const at = ms === null ? null : instant(ms);
  return at === null ? html`–` : html`<time datetime="${at.iso}">${at.text}</time>`;
}

function identityCell(row: RegisterRow, words: Words['register']): Markup {
  const id = row.textAt('uuid');
  const idMarkup = id === null ? null : html`<small class="mono">${id}</small>`;
  if (!row.has('filename')) return html`<span class="mono">${id ?? '–'}</span>`;
  const filename = row.textAt('filename');
  if (filename === null) return html`<span class="muted">${words.noName}</span>${idMarkup}`;
  if (filename === '') return html`<span class="muted">${words.emptyName}</span>${idMarkup}`;
  return html`${name(filename)}${idMarkup}`;
}

function mediumCell(row: RegisterRow, words: Words['register']): Markup {
  if (row.medium !== 'other') return html`${words.media[row.medium]}`;
  const text = row.textAt('media_type');
  return text === null || text === '' ? html`<span class="muted">${words.noMedium}</span>` : prose(text, LIMITS.cell);
}

function resultCell(row: RegisterRow, words: Words['register']): Markup {
  return html`<span class="result ${row.result}">${words.results[row.result]}</span>`;
}

/** The deciding label alone, or else each label with its modality. A failed detection shows its message. */
function labelCell(row: RegisterRow, words: Words['register']): Markup {
  if (row.result === 'failed' || row.result === 'processing') {
    const message = row.textAt('error_message');
    return message === null ? html`–` : prose(message, LIMITS.cell);
  }
  const basis = row.valueAt('verdict_basis');
  const deciding = MODALITIES.find((modality) => modality === basis);
  const own = deciding === undefined ? null : row.textAt(`${deciding}_label`);
  const source = row.textAt('source_tracing_label');
  const tracing =
    source === null ? null : html`<small class="sub">${prose(words.suspected + source, LIMITS.cell)}</small>`;
  if (own !== null) return html`${prose(own, LIMITS.cell)}${tracing}`;
  if (row.has('verdict_basis') && basis === null) return html`<span class="muted">${words.nothingAssessed}</span>`;
  const labels = MODALITIES.flatMap((modality) => {
    const text = row.textAt(`${modality}_label`);
    return text === null ? [] : [{ modality, text }];
  });
  const all = labels.map(({ modality, text }) => (labels.length === 1 ? text : `${words.media[modality]}: ${text}`));
  return html`${all.length === 0 ? '–' : prose(all.join('; '), LIMITS.cell)}${tracing}`;
}

function scoreCell(row: RegisterRow, words: Words['register']): Markup {
  const value = row.numberAt('verdict_score');
  return value === null ? html`–` : html`<data value="${value}">${score(value).replace('.', words.decimals)}</data>`;
}
