import { html, LIMITS, prose } from './markup.ts';
import { type BlockRenderer, headingOf } from './block.ts';

export const heading: BlockRenderer<'heading'> = ({ text }, { headingLevel }) => [
  headingOf(headingLevel, prose(text, LIMITS.heading)),
];

export const paragraph: BlockRenderer<'paragraph'> = ({ text, tone }) => [
  tone === undefined
    ? html`<p>${prose(text, LIMITS.paragraph)}</p>\n`
    : html`<p class="${tone}">${prose(text, LIMITS.paragraph)}</p>\n`,
];

export const list: BlockRenderer<'list'> = ({ items }) => [
  html`<ul>\n${items.map((item) => html`<li>${prose(item, LIMITS.paragraph)}</li>\n`)}</ul>\n`,
];

export const steps: BlockRenderer<'steps'> = ({ items }) => [
  html`<ol>\n${items.map((item) => html`<li>${prose(item, LIMITS.paragraph)}</li>\n`)}</ol>\n`,
];
