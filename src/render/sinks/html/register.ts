import type { OutputFolder, Scratch } from '../../../core/output.ts';
import type { Report } from '../../../core/report.ts';
import type { Row, TableShape } from '../../../core/table.ts';
import { columnGroup } from './columns.ts';
import { html, LIMITS, type Markup, prose } from './markup.ts';
import { integer } from './numbers.ts';
import type { Words } from './text-en.ts';
import { type RegisterColumn, registerColumns, RegisterRow, type SortKind } from './register-columns.ts';
import { registerTools, registerPager } from './tools.ts';

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

  /** Waits for the scratch file; rows beyond the limit are only counted. */
  async append(rows: readonly Row[]): Promise<void> {
    const kept = rows.slice(0, ROW_LIMIT - this.#shown);
    this.#total += rows.length;
    if (kept.length === 0) return;
    const lines = kept.map((cells) => this.#line(new RegisterRow(++this.#shown, cells, this.#places)).html);
    await this.#scratch.append(Buffer.from(lines.join('')));
  }

  get isEmpty(): boolean {
    return this.#shown === 0;
  }

  /** Closes the scratch file: no more rows follow. */
  async close(): Promise<void> {
    await this.#scratch.close();
  }

  /** Markup before the rows. */
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

  /** The rows, as bytes. */
  rows(): AsyncIterable<Uint8Array> {
    return this.#scratch.read();
  }

  /** Markup after the rows. */
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
