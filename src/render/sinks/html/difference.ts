import { readFile } from 'node:fs/promises';
import type { FileDifference } from '../../../core/sink.ts';
import { differsAt } from '../file-parts.ts';

const AROUND = 200;

/** Nothing else than a change makes other bytes of a page. */
export async function htmlDifference(...paths: [sealed: string, found: string]): Promise<FileDifference> {
  const sealed = await readFile(paths[0], 'utf8');
  const found = await readFile(paths[1], 'utf8');
  let at = 0;
  while (at < sealed.length && sealed[at] === found[at]) at++;
  const texts = { sealed: textAround(sealed, at), found: textAround(found, at) };
  const heading = textOf([...sealed.slice(0, at).matchAll(/<h[1-6][^>]*>(.*?)<\/h[1-6]>/gs)].at(-1)?.[1] ?? '');
  const section = heading === '' ? '' : `under “${heading}”, `;
  const line = sealed.slice(0, at).split('\n').length;
  const table = sealed.lastIndexOf('<table', at);
  const isInTable = table >= 0 && sealed.lastIndexOf('</table>', at) < table;
  const body = sealed.lastIndexOf('<tbody', at);
  if (!isInTable || body < table) return differsAt({ where: `${section}line ${line}`, ...texts });
  const rowAt = sealed.lastIndexOf('<tr', at);
  const row = (sealed.slice(body, rowAt).match(/<tr[ >]/g) ?? []).length + 1;
  const cell = (sealed.slice(rowAt, at).match(/<t[dh][ >]/g) ?? []).length - 1;
  const titles = [...sealed.slice(table, body).matchAll(/<th[ >].*?<\/th>/gs)].map(([title]) => textOf(title));
  const column = titles[cell] || `${cell + 1}`;
  return differsAt({ where: `${section}row ${row}, column ${column}`, row, column, ...texts });
}

/** The text between two tags that holds a place. */
function textAround(html: string, at: number): string | null {
  if (at > html.length) return null;
  const start = Math.max(html.lastIndexOf('>', at - 1) + 1, at - AROUND);
  const end = html.indexOf('<', at);
  return html.slice(start, Math.min(end < 0 ? html.length : end, at + AROUND));
}

function textOf(html: string): string {
  return html.replaceAll(/<[^>]*>/g, '').trim();
}
