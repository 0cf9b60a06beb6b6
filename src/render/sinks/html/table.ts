import type { Cell, ReportColumn } from '../../../core/report.ts';
import { html, LIMITS, type Markup, prose } from './markup.ts';
import type { BlockRenderer } from './block.ts';
import { cellClasses, cellContent } from './cell.ts';
import { columnGroup } from './columns.ts';

/** Tables with fewer columns fold on a narrow screen; wider ones can be scrolled sideways, also by keyboard. */
const LEAST_TO_SCROLL = 4;
/** From this many columns on, a table needs more room than a telephone has, however it folds. */
const LEAST_BROAD = 6;

/** A table with a caption; the first column names the row. */
export const table: BlockRenderer<'table'> = function* ({ caption, columns, rows, writable }, { id, headingAbove }) {
  const scrolls = columns.length >= LEAST_TO_SCROLL;
  if (scrolls) yield html`<div class="scroll" role="group" tabindex="0" aria-labelledby="${id}">\n`;
  // If the heading right above says the same, only screen readers need the caption.
  const classes = [...(columns.length >= LEAST_BROAD ? ['broad'] : []), ...(writable === true ? ['writable'] : [])];
  yield html`<table${classes.length === 0 ? null : html` class="${classes.join(' ')}"`}>
<caption id="${id}"${caption === headingAbove ? html` class="unseen"` : null}>${prose(caption, LIMITS.heading)}</caption>
${columnGroup(columns.map(({ weight }) => weight))}
<thead><tr>${columns.map(headCell)}</tr></thead>
<tbody>\n`;
  for (const row of rows) yield html`<tr>${columns.map((column, at) => bodyCell(column, row[at], at === 0))}</tr>\n`;
  yield html`</tbody>\n</table>\n`;
  if (scrolls) yield html`</div>\n`;
};

function headCell({ title, align }: ReportColumn): Markup {
  return html`<th scope="col"${align === 'right' ? html` class="number"` : null}>${prose(title, LIMITS.heading)}</th>`;
}

function bodyCell({ align }: ReportColumn, cell: Cell = { text: '' }, namesRow: boolean): Markup {
  const classes = [...(align === 'right' ? ['number'] : []), ...cellClasses(cell)].join(' ');
  const attribute = classes === '' ? null : html` class="${classes}"`;
  const content = cellContent(cell);
  // An empty cell cannot name the row.
  return namesRow && cell.text.trim() !== ''
    ? html`<th scope="row"${attribute}>${content}</th>`
    : html`<td${attribute}>${content}</td>`;
}
