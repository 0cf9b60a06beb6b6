import type { Output } from '../../../core/output.ts';
import type { FormatSink, GiveBlock, PartEncoder, SinkContext } from '../../../core/sink.ts';
import type { Row } from '../../../core/table.ts';
import type { Markup } from './markup.ts';
import { ending, opening, PART_ENDING, partOpening, partsOf, sectionBody } from './page.ts';
import { openRegister, ROW_LIMIT } from './register.ts';
import { REGISTER_SCRIPT } from './register-script.ts';
import { stylesheet } from './stylesheet.ts';
import { WORDS } from './words.ts';

const NO_BYTES = new Uint8Array();

/** Gives the first detections of a part as they are: their numbers in the register depend on the parts before. */
export function htmlPartEncoder(give: GiveBlock): PartEncoder {
  let left = ROW_LIMIT;
  return {
    async write(table, rows) {
      if (table !== 'detections') return;
      const detail = rows.slice(0, left);
      left -= detail.length;
      await give({ table, bytes: NO_BYTES, rows: rows.length, changedCells: new Map(), detail });
    },
    finish: () => Promise.resolve(),
  };
}

/** Writes the page, with the register in it if the template writes a table of detections. */
export async function openPage({ folder, tables, language = 'en' }: SinkContext, file: string): Promise<FormatSink> {
  const words = WORDS[language];
  const table = tables.find(({ name }) => name === 'detections');
  const register = table === undefined ? null : await openRegister(folder, table, words);
  return {
    async append({ rows, detail }) {
      await register?.append(detail as readonly Row[], rows);
    },
    async close(report) {
      await register?.close();
      const page = new PageFile(await folder.create(file));
      const script = register === null || register.isEmpty() ? null : REGISTER_SCRIPT;
      const parts = partsOf(report, register === null ? null : words.register.title);
      await page.write(opening(report, parts, words, { style: await stylesheet(report), script }));
      for (const [index, part] of parts.entries()) {
        await page.write([partOpening(part, index + 1)]);
        if (part.section !== null) await page.write(sectionBody(part.section));
        else if (register !== null) {
          await page.write(register.opening(report));
          await page.append(register.rows());
          await page.write(register.ending());
        }
        await page.write([PART_ENDING]);
      }
      await page.write(ending(report, script));
      await page.close();
      return { rowsByFile: new Map(), changedCells: register?.changed.take() ?? new Map() };
    },
  };
}

const CHUNK_LENGTH = 64 * 1024;

class PageFile {
  readonly #output: Output;
  #pending: string[] = [];
  #length = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  async write(pieces: Iterable<Markup>): Promise<void> {
    for (const { html } of pieces) {
      this.#pending.push(html);
      this.#length += html.length;
      if (this.#length >= CHUNK_LENGTH) await this.#flush();
    }
  }

  async append(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#flush();
    for await (const chunk of chunks) await this.#output.append(chunk);
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#output.close();
  }

  async #flush(): Promise<void> {
    if (this.#length === 0) return;
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    this.#length = 0;
    await this.#output.append(bytes);
  }
}
