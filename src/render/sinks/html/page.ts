import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Report, ReportSectionId, Section } from '../../../core/report.ts';
import { shorten } from '../../../core/text.ts';
import { renderBlocks } from './blocks.ts';
import { html, LIMITS, Markup, prose, TEXTURE_PATTERNS } from './markup.ts';
import type { Words } from './words.ts';

/** What the head and the foot of a page show: a report has all of it. */
export type PageFrame = Pick<
  Report,
  'id' | 'title' | 'organisation' | 'classification' | 'tool' | 'periodText' | 'periodDays' | 'status' | 'stamps'
> &
  Pick<Report, 'brand' | 'phrases' | 'sections'>;

/** Organisation, title, period, and whether the report is complete. */
function* masthead(report: PageFrame): Iterable<Markup> {
  const { organisation, classification, status } = report;
  yield html`<header class="masthead">
<div class="wide">
<div class="sender">
<div>${logoOf(report)}${organisation === null ? null : html`<p>${prose(organisation, LIMITS.heading)}</p>`}</div>
${classification === null ? null : html`<p class="classification">${prose(classification, LIMITS.heading)}</p>`}
</div>
<h1>${prose(report.title, LIMITS.heading)}</h1>
<p class="period">${prose(report.periodText, LIMITS.heading)}<small> · ${prose(report.periodDays, LIMITS.heading)}</small></p>\n`;
  yield html`<p class="status tone-${status.level}">${report.stamps.map(({ text, level }) => html`<strong class="tone-${level}">${prose(text, LIMITS.heading)}</strong> `)}<br>${prose(status.text, LIMITS.paragraph)}</p>\n`;
  yield html`</div>\n</header>\n`;
}

function logoOf({ brand: { logo }, organisation, title, phrases }: PageFrame): Markup | null {
  if (logo === null) return null;
  const alt = phrases.logoAlt.replace('{organisation}', () => organisation ?? title);
  const data = Buffer.from(logo.bytes).toString('base64');
  return html`<img class="logo" src="data:${logo.type};base64,${data}" alt="${alt}">`;
}

/** The page's content security policy: it loads nothing, and only the styles and scripts with these hashes apply. */
function contentSecurityPolicy(style: string, script: string | null): string {
  return [
    `default-src 'none'`,
    `script-src ${script === null ? `'none'` : hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    'font-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

/** Content Security Policy Level 3, 2.3.1: the SHA-256 of an element's text as UTF-8. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

export interface Part {
  readonly id: ReportSectionId | 'register';
  readonly title: string;
  /** Null for the register, whose rows are not in the report. */
  readonly section: Section | null;
}

/** The lists of single detections: the register, which holds all of them, follows the last. */
const LISTS: ReadonlySet<ReportSectionId> = new Set(['indeterminate', 'flagged', 'failed']);

/** The numbered parts in their order: the report's sections, and the register if there is one. */
export function partsOf({ sections }: Report, register: string | null): readonly Part[] {
  const numbered = sections.filter(({ id }) => id !== 'cover' && id !== 'contents');
  const parts: Part[] = numbered.map((section) => ({ id: section.id, title: section.title, section }));
  if (register === null) return parts;
  const last = numbered.findLastIndex(({ id }) => LISTS.has(id));
  parts.splice(last < 0 ? parts.length : last + 1, 0, { id: 'register', title: register, section: null });
  return parts;
}

export function* opening(
  report: PageFrame,
  parts: readonly Part[],
  words: Words,
  { style, script }: { readonly style: string; readonly script: string | null },
): Iterable<Markup> {
  const { id, title, periodText, tool, phrases, brand } = report;
  // Style and script are made here, hold no unescaped outside text, and must keep the bytes that were hashed.
  yield html`<!DOCTYPE html>
<html lang="${phrases.language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(contentSecurityPolicy(style, script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="generator" content="${tool.name} ${tool.version}">
<title>${report.stamps.map(({ text }) => `${text} · `).join('')}${shorten(title, LIMITS.heading)}, ${shorten(periodText, LIMITS.heading)} (${id})</title>
<link rel="icon" href="${icon(brand.primaryColour)}">
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#report">${words.skip}</a>
${TEXTURE_PATTERNS}`;
  yield* masthead(report);
  yield html`<main id="report" tabindex="-1">\n`;
  const cover = report.sections.find((section) => section.id === 'cover');
  if (cover !== undefined) {
    yield html`<section id="cover" class="wide">\n`;
    yield* renderBlocks(cover.blocks, { id: 'cover', headingLevel: 2 });
    yield html`</section>\n`;
  }
  const contents = report.sections.find((section) => section.id === 'contents');
  yield html`<div class="wide frame">
<nav class="contents" aria-labelledby="contents-title">
<h2 id="contents-title">${prose(contents?.title ?? words.contents, LIMITS.heading)}</h2>
<ol>\n${parts.map(
    (part, index) =>
      html`<li><a href="#${part.id}"><span>${index + 1}</span>${prose(part.title, LIMITS.heading)}</a></li>\n`,
  )}</ol>
</nav>
<div class="parts">\n`;
}

/** The beginning of a numbered part; `</section>` closes it. */
export function partOpening({ id, title }: Part, number: number): Markup {
  return html`<section id="${id}">\n<h2><span class="ordinal">${number}</span> <span>${prose(title, LIMITS.heading)}</span></h2>\n`;
}

export const PART_ENDING: Markup = html`</section>\n`;

/** Everything after the last part: a line that it is the last, and the report's owner. */
export function* ending(report: PageFrame, script: string | null): Iterable<Markup> {
  const { organisation, classification, phrases, id, tool } = report;
  const owner = [organisation, classification].filter((each) => each !== null).join(' · ');
  yield html`</div>
</div>
</main>
<footer class="wide foot">
<p class="end">${phrases.end}</p>
<p class="line"><span>${phrases.reportId} <span class="mono">${id}</span></span><span>${prose(owner, LIMITS.heading)}</span><span>${tool.name} ${tool.version}</span></p>
</footer>\n`;
  if (script !== null) yield html`<script>${new Markup(script)}</script>\n`;
  yield html`</body>\n</html>\n`;
}

/** Three columns in the organisation's colour, embedded: without an icon, a browser asks the server for one. */
function icon(colour: string): string {
  const fill = /^#[0-9a-f]{6}$/i.test(colour) ? colour.slice(1) : '15202b';
  return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23${fill}' d='M1 9h4v6H1zM6 1h4v14H6zM11 6h4v9h-4z'/%3E%3C/svg%3E`;
}
