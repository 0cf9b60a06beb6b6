import type { OutputFolder, Scratch } from '../../../core/output.ts';
import type { Report } from '../../../core/report.ts';
import type { Row, TableShape } from '../../../core/table.ts';
import { columnGroup } from './blocks.ts';
import { html, integer, LIMITS, type Markup, prose } from './markup.ts';
import { type RegisterColumn, registerColumns, RegisterRow, type SortKind } from './register-columns.ts';
import type { Words } from './text-en.ts';

/** Search and filters. Hidden until the script runs; without it every row is visible anyway. */
function registerTools(
  { tools, results, media }: Words['register'],
  columns: ReadonlySet<RegisterColumn['id']>,
): Markup {
  return html`<div class="tools" role="search" aria-label="${tools.title}" data-script hidden>
<p><label for="register-search">${tools.search}</label><input id="register-search" type="search" autocomplete="off" spellcheck="false" aria-controls="register-table"></p>
${columns.has('result') ? choice('result', tools.result, tools.all, results) : null}${columns.has('medium') ? choice('medium', tools.medium, tools.all, media) : null}<p><button id="register-clear" type="button">${tools.clear}</button></p>
</div>
<p class="shown" id="register-shown" role="status" data-shown="${tools.shown}" data-none="${tools.none}"></p>\n`;
}

function choice(name: string, title: string, all: string, options: Readonly<Record<string, string>>): Markup {
  return html`<p><label for="register-${name}">${title}</label><select id="register-${name}" autocomplete="off" aria-controls="register-table"><option value="">${all}</option>${Object.entries(
    options,
  ).map(([value, text]) => html`<option value="${value}">${text}</option>`)}</select></p>\n`;
}

function registerPager({ tools }: Words['register']): Markup {
  return html`<nav class="pager" aria-label="${tools.pages}" data-script hidden>
<button id="register-previous" type="button">${tools.previous}</button>
<span id="register-page" data-page="${tools.page}"></span>
<button id="register-next" type="button">${tools.next}</button>
</nav>\n`;
}

/** Most rows in a page: more make browsers slow, and no one reads them there. */
export const ROW_LIMIT = 5_000;

/**
 * The first rows of the table of detections, as markup in a scratch file: memory does not depend on the number or size
 * of rows. The rest is only counted.
 */
export class Register {
  /** Cells that could not be shown as received, by reason. */
  readonly changed = new Map<string, number>();
  readonly #scratch: Scratch;
  readonly #columns: readonly RegisterColumn[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #words: Words;
  #total = 0;
  #shown = 0;

  private constructor(scratch: Scratch, table: TableShape, words: Words) {
    this.#scratch = scratch;
    this.#words = words;
    this.#columns = registerColumns(table.columns, words.register);
    this.#places = new Map(table.columns.map(({ name }, place) => [name, place]));
  }

  static async open(folder: OutputFolder, table: TableShape, words: Words): Promise<Register> {
    return new Register(await folder.scratch(), table, words);
  }

  /** Waits for the scratch file; rows beyond the limit are only counted. `total` counts those that `rows` leaves out. */
  async append(rows: readonly Row[], total: number): Promise<void> {
    const kept = rows.slice(0, ROW_LIMIT - this.#shown);
    this.#total += total;
    if (kept.length === 0) return;
    const lines = kept.map((cells) => this.#line(new RegisterRow(++this.#shown, cells, this.#places)).html);
    await this.#scratch.append(Buffer.from(lines.join('')));
  }

  get isEmpty(): boolean {
    return this.#shown === 0;
  }

  async close(): Promise<void> {
    await this.#scratch.close();
  }

  *opening(report: Report): Iterable<Markup> {
    const { register: say } = this.#words;
    const total = integer(this.#total);
    yield html`<p>${this.#total === 0 ? say.none : this.#total === 1 ? say.one : say.intro(total)}</p>\n`;
    if (this.#shown < this.#total) {
      yield html`<div class="notice tone-plain" role="note">
<p class="notice-title">${say.cutTitle}</p>
<p>${prose(say.cut(integer(this.#shown), total, tableFile(report)), LIMITS.paragraph)}</p>
</div>\n`;
    }
    if (this.#shown === 0) return;
    yield registerTools(say, new Set(this.#columns.map(({ id }) => id)));
    yield html`<div class="scroll" role="group" tabindex="0" aria-labelledby="register-caption">
<table id="register-table" class="broad">
<caption id="register-caption">${say.caption} <span class="unseen" data-script hidden>${say.sortable}</span></caption>
${columnGroup(this.#columns.map(({ weight }) => weight))}
<thead><tr>${this.#columns.map((column) => headCell(column, say))}</tr></thead>
<tbody>\n`;
  }

  rows(): AsyncIterable<Uint8Array> {
    return this.#scratch.read();
  }

  *ending(): Iterable<Markup> {
    if (this.#shown === 0) return;
    yield html`</tbody>\n</table>\n</div>\n`;
    yield registerPager(this.#words.register);
  }

  #line(row: RegisterRow): Markup {
    const cells = this.#columns.map(({ cell, sort, namesRow }) => {
      const attribute = classOf(sort);
      return namesRow === true
        ? html`<th scope="row"${attribute}>${cell(row)}</th>`
        : html`<td${attribute}>${cell(row)}</td>`;
    });
    this.#count('text cut at 300 characters', row.cut);
    this.#count('character shown as its code', row.coded);
    return html`<tr data-result="${row.result}" data-medium="${row.medium}">${cells}</tr>\n`;
  }

  #count(reason: string, cells: number): void {
    if (cells > 0) this.changed.set(reason, (this.changed.get(reason) ?? 0) + cells);
  }
}

function headCell({ id, sort }: RegisterColumn, { columns }: Words['register']): Markup {
  return html`<th scope="col" data-sort="${sort}"${classOf(sort)}>${columns[id]}</th>`;
}

function classOf(sort: SortKind): Markup | null {
  return sort === 'order' || sort === 'number' ? html` class="number"` : null;
}

/** The file that lists every detection, if this run wrote one. */
function tableFile({ files }: Report): string | null {
  const names = new Set(files.map(({ name }) => name));
  return (
    ['detections.csv', 'detections.csv.gz', 'detections.parquet', 'report.xlsx'].find((each) => names.has(each)) ?? null
  );
}
