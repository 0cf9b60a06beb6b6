import type { Cell } from '../../../core/report.ts';
import { html, LIMITS, type Markup, name, prose } from './markup.ts';

/** Classes for the look of a cell; a tone always goes with its words. */
export function cellClasses({ tone, mono, strong, indent }: Cell): string[] {
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
export function cellContent(cell: Cell, limit: number = LIMITS.cell): Markup {
  if (cell.sub === undefined || cell.sub === '') return textOf(cell.text, limit);
  const main = cell.subMono === true ? name(cell.text) : textOf(cell.text, limit);
  return html`${main}<small class="${cell.subMono === true ? 'mono' : 'sub'}">${prose(cell.sub, LIMITS.cell)}</small>`;
}

/** Instants as the report prints them, with or without `UTC`: it has no other form. */
const INSTANT = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?: UTC)?$/;

function textOf(text: string, limit: number): Markup {
  const parts = INSTANT.exec(text);
  if (parts === null) return prose(text, limit);
  return html`<time datetime="${parts[1] ?? ''}T${parts[2] ?? ''}Z">${text}</time>`;
}
