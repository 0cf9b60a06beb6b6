import type { Mark } from '../../../core/design.ts';
import type { Block, Cell, Chart, ReportColumn, Series } from '../../../core/report.ts';
import { shorten } from '../../../core/text.ts';
import { coordinate, html, LIMITS, type Markup, name, prose } from './markup.ts';

type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;

interface BlockContext {
  /** Prefix of every id of the block: unique in the page. */
  readonly id: string;
  readonly headingLevel: 2 | 3;
  /** Text of the heading above the block; null if other blocks come between. */
  readonly headingAbove: string | null;
}

/** Renders one kind of block as markup, in pieces so that a long one is never held as a whole. */
type BlockRenderer<K extends Block['kind']> = (block: BlockOf<K>, context: BlockContext) => Iterable<Markup>;

/** Classes for the look of a cell; a tone always goes with its words. */
function cellClasses({ tone, mono, strong, indent }: Cell): string[] {
  const classes: string[] = [];
  if (tone !== undefined && tone !== 'plain') classes.push(`tone-${tone}`);
  if (mono === true) classes.push('mono');
  if (strong === true) classes.push('strong');
  if (indent !== undefined && indent > 0) classes.push(`in-${Math.min(indent, MOST_INDENT)}`);
  return classes;
}

/** Deeper parts of a sum are not indented further. */
export const MOST_INDENT = 6;

/** The content of a cell. A cell with a second line names a detection: its first line is a file name. */
function cellContent(cell: Cell, limit: number = LIMITS.cell): Markup {
  const main = linked(cell.subMono === true ? name(cell.text) : textOf(cell.text, limit), cell.link);
  if (cell.sub === undefined || cell.sub === '') return main;
  return html`${main}<small class="${cell.subMono === true ? 'mono' : 'sub'}">${prose(cell.sub, LIMITS.cell)}</small>`;
}

function linked(content: Markup, section: Cell['link']): Markup {
  return section === undefined ? content : html`<a href="#${section}">${content}</a>`;
}

/** Instants as the report prints them, with or without `UTC`: it has no other form. */
const INSTANT = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?: UTC)?$/;

function textOf(text: string, limit: number): Markup {
  const parts = INSTANT.exec(text);
  if (parts === null) return prose(text, limit);
  return html`<time datetime="${parts[1] ?? ''}T${parts[2] ?? ''}Z">${text}</time>`;
}

const SWATCH = 10;
const OUTLINE = 0.9;

/** Average width of a character of a chart's labels, in points: enough to know what cannot fit. */
const CHARACTER_WIDTH = 4;

/** A chart from the report's geometry: title, legend and an image whose text alternative describes it. */
export const chart: BlockRenderer<'chart'> = function* ({ chart: { title, alt, form, series, drawing } }, { id }) {
  yield html`<figure>
<figcaption id="${id}">${prose(title, LIMITS.heading)}</figcaption>\n`;
  // The panels of a histogram have their own names.
  if (form !== 'histogram' && form !== 'intervals') yield legend(series);
  yield html`<div class="scroll chart" role="group" tabindex="0" aria-labelledby="${id}">
<svg viewBox="0 0 ${coordinate(drawing.widthPoints)} ${coordinate(drawing.heightPoints)}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-text">
<title id="${id}-title">${shorten(title, LIMITS.heading)}</title>
<desc id="${id}-text">${shorten(alt, LIMITS.paragraph)}</desc>\n`;
  for (const mark of drawing.marks) yield html`${markOf(mark)}\n`;
  yield html`</svg>\n</div>\n</figure>\n`;
};

function legend(series: Chart['series']): Markup {
  return html`<ul class="legend">\n${series.map((each) => html`<li>${swatch(each)}${prose(each.name, LIMITS.heading)}</li>\n`)}</ul>\n`;
}

function swatch({ tone, texture }: Series): Markup {
  const box = { x: 0, y: 0, width: SWATCH, height: SWATCH };
  const area = { kind: 'area', path: `M0 0H${SWATCH}V${SWATCH}H0Z`, box, tone, texture } as const;
  return html`<svg class="swatch" viewBox="0 0 ${SWATCH} ${SWATCH}" aria-hidden="true">${areaOf(area)}</svg>`;
}

function markOf(mark: Mark): Markup {
  switch (mark.kind) {
    case 'area':
      return areaOf(mark);
    case 'rule': {
      const { role, x1, y1, x2, y2 } = mark;
      return html`<line class="${role}-rule" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
    }
    case 'label': {
      const text = shorten(mark.text, Math.max(1, Math.floor(mark.room / CHARACTER_WIDTH)));
      return html`<text class="${mark.role}-label" x="${mark.x}" y="${mark.y}" text-anchor="${mark.anchor}">${text}</text>`;
    }
  }
}

function areaOf({ path, box, tone, texture }: Extract<Mark, { kind: 'area' }>): Markup {
  if (texture === 'outlined') {
    const [width, height] = [box.width, box.height].map((side) => coordinate(Math.max(0.01, side - OUTLINE)));
    const [x, y] = [box.x, box.y].map((corner) => coordinate(corner + OUTLINE / 2));
    return html`<rect class="line-${tone}" x="${x ?? 0}" y="${y ?? 0}" width="${width ?? 0}" height="${height ?? 0}" stroke-width="${OUTLINE}"/>`;
  }
  const overlay = texture === 'solid' ? null : html`<path fill="url(#${texture})" d="${path}"/>`;
  return html`<path class="fill-${tone}" d="${path}"/>${overlay}`;
}

/** Possible widths of columns in per cent: as classes, because elements have no styles of their own. */
const PERCENTS = Array.from({ length: 100 }, (_, index) => index + 1);

export const COLUMN_STYLE: string = PERCENTS.map((percent) => `.w${percent}{width:${percent}%}`).join('');

/** Divides a table's width among its columns by their weights. Browsers still give numbers the room that they need. */
export function columnGroup(weights: readonly number[]): Markup {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const percents = weights.map((weight) => Math.min(100, Math.max(1, Math.round((weight / total) * 100) || 1)));
  return html`<colgroup>${percents.map((percent) => html`<col class="w${percent}">`)}</colgroup>`;
}

/** A statement that must not be overlooked: a bar, a background, and its level in words. */
export const notice: BlockRenderer<'notice'> = ({ level, title, text }) => [
  html`<div class="notice tone-${level === 'info' ? 'plain' : level}" role="note">
<p class="notice-title">${prose(title, LIMITS.heading)}</p>
<p>${prose(text, LIMITS.paragraph)}</p>
</div>\n`,
];

const figures: BlockRenderer<'figures'> = ({ items }) => [
  html`<dl class="cards">
${items.map(
  ({ label, value, note, tone, change }) =>
    html`<div class="tone-${tone}"><dt>${prose(label, LIMITS.heading)}</dt><dd class="figure">${prose(value, LIMITS.heading)}</dd><dd class="note">${prose(note, LIMITS.paragraph)}</dd>${change === undefined ? null : html`<dd class="note">${prose(change, LIMITS.paragraph)}</dd>`}</div>\n`,
)}</dl>\n`,
];

const definitions: BlockRenderer<'definitions'> = ({ items }) => [
  html`<dl class="facts">
${items.map(({ term, cell }) => {
  const classes = cellClasses(cell).join(' ');
  return html`<div><dt>${prose(term, LIMITS.heading)}</dt><dd${classes === '' ? null : html` class="${classes}"`}>${cellContent(cell, LIMITS.paragraph)}</dd></div>\n`;
})}</dl>\n`,
];

const commands: BlockRenderer<'commands'> = ({ lines }) => [
  html`<pre><code>${lines.map((line, index) => html`${index === 0 ? null : html`\n`}${shorten(line, LIMITS.paragraph)}`)}</code></pre>\n`,
];

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

export const heading: BlockRenderer<'heading'> = ({ text }, { headingLevel }) => {
  const title = prose(text, LIMITS.heading);
  return [headingLevel === 2 ? html`<h2 class="minor">${title}</h2>\n` : html`<h3>${title}</h3>\n`];
};

export const paragraph: BlockRenderer<'paragraph'> = ({ text, tone }) => [
  tone === undefined
    ? html`<p>${prose(text, LIMITS.paragraph)}</p>\n`
    : html`<p class="${tone}">${prose(text, LIMITS.paragraph)}</p>\n`,
];

export const list: BlockRenderer<'list'> = ({ items }) => [
  html`<ul>\n${items.map(({ text, link }) => html`<li>${linked(prose(text, LIMITS.paragraph), link)}</li>\n`)}</ul>\n`,
];

const steps: BlockRenderer<'steps'> = ({ items }) => [
  html`<ol>\n${items.map((item) => html`<li>${prose(item, LIMITS.paragraph)}</li>\n`)}</ol>\n`,
];

const RENDERERS: { readonly [K in Block['kind']]: BlockRenderer<K> } = {
  heading,
  paragraph,
  list,
  steps,
  notice,
  figures,
  definitions,
  table,
  chart,
  commands,
  // The page always shows its own list of sections next to the report.
  contents: () => [],
};

/** The blocks of a section one below the other; their ids begin with the section's. */
export function* renderBlocks(
  blocks: readonly Block[],
  { id, headingLevel }: Pick<BlockContext, 'id' | 'headingLevel'>,
): Iterable<Markup> {
  let headingAbove: string | null = null;
  for (const [index, block] of blocks.entries()) {
    yield* rendererOf(block)(block, { id: `${id}-${index + 1}`, headingLevel, headingAbove });
    if (block.kind === 'heading') headingAbove = block.text;
    else if (block.kind !== 'paragraph') headingAbove = null;
  }
}

/** The table holds the right renderer for each kind; the compiler cannot follow the pair. */
function rendererOf(block: Block): BlockRenderer<Block['kind']> {
  return RENDERERS[block.kind] as BlockRenderer<Block['kind']>;
}
