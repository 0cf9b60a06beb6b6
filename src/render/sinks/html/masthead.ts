import { Buffer } from 'node:buffer';
import type { Report } from '../../../core/report.ts';
import { renderBlocks } from './renderers.ts';
import { html, LIMITS, type Markup, prose } from './markup.ts';
import { coordinate } from './numbers.ts';

/** Organisation, title, period, and whether the report is complete. */
export function* masthead(report: Report): Iterable<Markup> {
  const { organisation, classification, status, statistics } = report;
  yield html`<header class="masthead">
<div class="wide">
<div class="sender">
<div>${logoOf(report)}${organisation === null ? null : html`<p>${prose(organisation, LIMITS.heading)}</p>`}</div>
${classification === null ? null : html`<p class="classification">${prose(classification, LIMITS.heading)}</p>`}
</div>
<h1>${prose(report.title, LIMITS.heading)}</h1>
<p class="period">${prose(report.periodText, LIMITS.heading)}</p>\n`;
  if (statistics.by_day.length > 0) yield* strip(report);
  yield html`<div class="brief">
<p class="status tone-${status.level}"><strong>${prose(status.stamp, LIMITS.heading)}</strong> ${prose(status.text, LIMITS.paragraph)}</p>
<div>\n`;
  const cover = report.sections.find(({ id }) => id === 'cover');
  if (cover !== undefined) yield* renderBlocks(cover.blocks, { id: 'cover', headingLevel: 2 });
  yield html`</div>\n</div>\n</div>\n</header>\n`;
}

function logoOf({ brand: { logo }, organisation, title, phrases }: Report): Markup | null {
  if (logo === null) return null;
  const alt = phrases.logoAlt.replace('{organisation}', () => organisation ?? title);
  const data = Buffer.from(logo.bytes).toString('base64');
  return html`<img class="logo" src="data:${logo.type};base64,${data}" alt="${alt}">`;
}

const STRIP = { width: 1_000, height: 100 } as const;
/** More columns would be too thin: neighbouring days are then drawn as one. */
const MOST_COLUMNS = 122;

/** The period at a glance: the days as columns. Decoration; the chart of the verdicts says the same with numbers. */
function* strip({ statistics: { by_day: days } }: Report): Iterable<Markup> {
  const perColumn = Math.ceil(days.length / MOST_COLUMNS);
  const columns = Array.from({ length: Math.ceil(days.length / perColumn) }, (_, at) => {
    const group = days.slice(at * perColumn, (at + 1) * perColumn);
    return (['fake', 'indeterminate', 'real'] as const).map((tone) => ({
      tone,
      count: group.reduce((sum, day) => sum + day[tone], 0),
    }));
  });
  const most = columns.reduce((high, parts) => Math.max(high, sumOf(parts)), 1);
  const step = STRIP.width / columns.length;
  const width = Math.min(30, step * 0.64);
  yield html`<svg class="strip" viewBox="0 0 ${STRIP.width} ${STRIP.height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">\n`;
  for (const [at, parts] of columns.entries()) {
    let bottom: number = STRIP.height;
    for (const { tone, count } of parts) {
      const height = (count / most) * STRIP.height;
      if (height > 0) {
        const [x, y] = [at * step, bottom - height].map(coordinate) as [number, number];
        yield html`<rect class="fill-${tone}" x="${x}" y="${y}" width="${coordinate(width)}" height="${coordinate(Math.max(0.3, height - 0.7))}"/>\n`;
      }
      bottom -= height;
    }
  }
  yield html`</svg>\n`;
}

function sumOf(parts: readonly { readonly count: number }[]): number {
  return parts.reduce((sum, { count }) => sum + count, 0);
}
