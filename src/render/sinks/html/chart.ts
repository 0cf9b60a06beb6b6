import type { Drawing, Mark } from '../../../core/drawing.ts';
import type { Chart, Series } from '../../../core/report.ts';
import { shorten } from '../../../core/text.ts';
import { html, LIMITS, type Markup, prose } from './markup.ts';
import { coordinate } from './numbers.ts';
import { textureOver } from './textures.ts';
import type { BlockRenderer } from './block.ts';

const SWATCH = 10;
const OUTLINE = 0.9;

/** Average width of a character of a chart's labels, in points: enough to know what cannot fit. */
const CHARACTER_WIDTH = 4;

/** A chart from the report's geometry: title, legend and an image whose text alternative describes it. */
export const chart: BlockRenderer<'chart'> = function* ({ chart: { title, alt, form, series, drawing } }, { id }) {
  yield html`<figure>
<figcaption id="${id}">${prose(title, LIMITS.heading)}</figcaption>\n`;
  // The panels of a histogram have their own names.
  if (form !== 'histogram') yield legend(series);
  yield html`<div class="scroll chart" role="group" tabindex="0" aria-labelledby="${id}">
<svg viewBox="0 0 ${coordinate(drawing.widthPoints)} ${coordinate(drawing.heightPoints)}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-text">
<title id="${id}-title">${shorten(title, LIMITS.heading)}</title>
<desc id="${id}-text">${shorten(alt, LIMITS.paragraph)}</desc>\n`;
  yield* marks(drawing);
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

function* marks({ marks: all }: Drawing): Iterable<Markup> {
  for (const mark of all) yield html`${markOf(mark)}\n`;
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
  return html`<path class="fill-${tone}" d="${path}"/>${textureOver(path, texture)}`;
}
