import { html, type Markup } from './markup.ts';

/** Possible widths of columns in per cent: as classes, because elements have no styles of their own. */
const PERCENTS = Array.from({ length: 100 }, (_, index) => index + 1);

export const COLUMN_STYLE: string = PERCENTS.map((percent) => `.w${percent}{width:${percent}%}`).join('');

/** Divides a table's width among its columns by their weights. Browsers still give numbers the room that they need. */
export function columnGroup(weights: readonly number[]): Markup {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const percents = weights.map((weight) => Math.min(100, Math.max(1, Math.round((weight / total) * 100) || 1)));
  return html`<colgroup>${percents.map((percent) => html`<col class="w${percent}">`)}</colgroup>`;
}
