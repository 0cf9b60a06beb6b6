import { shorten } from '../../../core/text.ts';
import { html, LIMITS, prose } from './markup.ts';
import type { BlockRenderer } from './block.ts';
import { cellClasses, cellContent } from './cell.ts';

/** A statement that must not be overlooked: a bar, a background, and its level in words. */
export const notice: BlockRenderer<'notice'> = ({ level, title, text }) => [
  html`<div class="notice tone-${level === 'info' ? 'plain' : level}" role="note">
<p class="notice-title">${prose(title, LIMITS.heading)}</p>
<p>${prose(text, LIMITS.paragraph)}</p>
</div>\n`,
];

/** Cards of key figures: label, figure, note. */
export const figures: BlockRenderer<'figures'> = ({ items }) => [
  html`<dl class="cards">
${items.map(
  ({ label, value, note, tone }) =>
    html`<div class="tone-${tone}"><dt>${prose(label, LIMITS.heading)}</dt><dd class="figure">${prose(value, LIMITS.heading)}</dd><dd class="note">${prose(note, LIMITS.paragraph)}</dd></div>\n`,
)}</dl>\n`,
];

/** Terms and what they mean. */
export const definitions: BlockRenderer<'definitions'> = ({ items }) => [
  html`<dl class="facts">
${items.map(({ term, cell }) => {
  const classes = cellClasses(cell).join(' ');
  return html`<div><dt>${prose(term, LIMITS.heading)}</dt><dd${classes === '' ? null : html` class="${classes}"`}>${cellContent(cell, LIMITS.paragraph)}</dd></div>\n`;
})}</dl>\n`,
];

/** Commands to type. */
export const commands: BlockRenderer<'commands'> = ({ lines }) => [
  html`<pre><code>${lines.map((line, index) => html`${index === 0 ? null : html`\n`}${shorten(line, LIMITS.paragraph)}`)}</code></pre>\n`,
];
