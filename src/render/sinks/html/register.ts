import type { OutputFolder } from '../../../core/output.ts';
import type { Report } from '../../../core/report.ts';
import { ChangedCells } from '../../../core/sink.ts';
import type { Row, TableShape } from '../../../core/table.ts';
import { columnGroup } from './blocks.ts';
import { html, integer, LIMITS, Markup, prose } from './markup.ts';
import {
  type RegisterColumn,
  registerColumns,
  registerRow,
  type RegisterRow,
  type SortKind,
} from './register-columns.ts';
import type { Words } from './words.ts';

/** Search and filters. Hidden until the script runs; without it every row is visible anyway. */
export function registerTools(
  {
    tools,
    results,
    media,
  }: Pick<Words['register'], 'tools'> & Readonly<Record<'results' | 'media', Readonly<Record<string, string>>>>,
  columns: ReadonlySet<RegisterColumn['id']>,
): Markup {
  const field = (name: string, label: string, attributes: string): Markup =>
    html`<p><label for="register-${name}">${label}</label><input id="register-${name}" name="${name}" ${new Markup(attributes)} autocomplete="off" aria-controls="register-table"></p>\n`;
  return html`<div class="tools" id="register-tools" role="search" aria-label="${tools.title}" data-script hidden>
${field('search', tools.search, 'type="search" spellcheck="false"')}${columns.has('result') ? choice('result', tools.result, tools.all, results) : null}${columns.has('medium') ? choice('medium', tools.medium, tools.all, media) : null}${columns.has('created') ? [field('from', tools.from, 'type="date"'), field('to', tools.to, 'type="date"')] : null}${columns.has('score') ? [field('min', tools.min, SCORE), field('max', tools.max, SCORE)] : null}<p><button id="register-clear" type="button">${tools.clear}</button></p>
</div>
<p class="shown" id="register-shown" role="status" data-shown="${tools.shown}" data-none="${tools.none}"></p>\n`;
}

const SCORE = 'type="number" min="0" max="1" step="any"';

function choice(name: string, title: string, all: string, options: Readonly<Record<string, string>>): Markup {
  return html`<p><label for="register-${name}">${title}</label><select id="register-${name}" name="${name}" autocomplete="off" aria-controls="register-table"><option value="">${all}</option>${Object.entries(
    options,
  ).map(([value, text]) => html`<option value="${value}">${text}</option>`)}</select></p>\n`;
}

export function registerPager({ tools }: Words['register']): Markup {
  return html`<nav class="pager" aria-label="${tools.pages}" data-script hidden>
<button id="register-previous" type="button">${tools.previous}</button>
<span id="register-page" data-page="${tools.page}"></span>
<button id="register-next" type="button">${tools.next}</button>
</nav>\n`;
}

/** Most rows in a page: more make browsers slow, and no one reads them there. */
export const ROW_LIMIT = 10_000;

/** The first rows of the table of detections, as markup in a scratch file: memory stays the same for any number. */
export async function openRegister(folder: OutputFolder, table: TableShape, { register: say }: Words) {
  const scratch = await folder.scratch();
  const columns = registerColumns(table.columns);
  const places = new Map(table.columns.map(({ name }, place) => [name, place]));
  const changed = new ChangedCells();
  let [total, shown] = [0, 0];
  const line = (row: RegisterRow): Markup => {
    const cells = columns.map(({ cell, sort, namesRow }) => {
      const attribute = classOf(sort);
      return namesRow === true
        ? html`<th scope="row"${attribute}>${cell(row, say)}</th>`
        : html`<td${attribute}>${cell(row, say)}</td>`;
    });
    changed.note('text cut at 300 characters', row.cut);
    changed.note('character shown as its code', row.coded);
    return html`<tr data-result="${row.result}" data-medium="${row.medium}">${cells}</tr>\n`;
  };
  return {
    /** Cells that could not be shown as received, by reason. */
    changed,
    /** Rows beyond the limit are only counted; `all` counts those that `rows` leaves out, too. */
    async append(rows: readonly Row[], all: number): Promise<void> {
      const kept = rows.slice(0, ROW_LIMIT - shown);
      total += all;
      if (kept.length === 0) return;
      const lines = kept.map((cells) => line(registerRow(++shown, cells, places)).html);
      await scratch.append(Buffer.from(lines.join('')));
    },
    isEmpty: () => shown === 0,
    close: () => scratch.close(),
    *opening(report: Report): Iterable<Markup> {
      const all = integer(total, say.thousands);
      yield html`<p>${total === 0 ? say.none : total === 1 ? say.one : say.intro(all)}</p>\n`;
      if (shown < total) {
        yield html`<div class="notice tone-plain" role="note">
<p class="notice-title">${say.cutTitle}</p>
<p>${prose(say.cut(integer(shown, say.thousands), all, report.everyDetection), LIMITS.paragraph)}</p>
</div>\n`;
      }
      if (shown === 0) return;
      yield registerTools(say, new Set(columns.map(({ id }) => id)));
      yield html`<div class="scroll" role="group" tabindex="0" aria-labelledby="register-caption">
<table id="register-table" class="broad rows">
<caption id="register-caption">${say.caption} <span class="unseen" data-script hidden>${say.sortable}</span></caption>
${columnGroup(columns.map(({ weight }) => weight))}
<thead><tr>${columns.map((column) => headCell(column, say))}</tr></thead>
<tbody>\n`;
    },
    rows: () => scratch.read(),
    *ending(): Iterable<Markup> {
      if (shown === 0) return;
      yield html`</tbody>\n</table>\n</div>\n`;
      yield registerPager(say);
    },
  };
}

function headCell({ id, sort }: RegisterColumn, { columns }: Words['register']): Markup {
  return html`<th scope="col" data-sort="${sort}"${classOf(sort)}>${columns[id]}</th>`;
}

export function classOf(sort: SortKind): Markup | null {
  return sort === 'order' || sort === 'number' ? html` class="number"` : null;
}
