import type { FormatSink, GiveBlock, PartEncoder, SinkContext } from '../../../core/sink.ts';
import type { Row } from '../../../core/table.ts';
import { renderBlocks } from './blocks.ts';
import type { Markup } from './markup.ts';
import { ending, opening, PART_ENDING, partOpening, partsOf } from './page.ts';
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
      const output = await folder.create(file);
      const write = async (pieces: Iterable<Markup>): Promise<void> => {
        for (const { html } of pieces) await output.append(Buffer.from(html));
      };
      const script = register === null || register.isEmpty() ? null : REGISTER_SCRIPT;
      const parts = partsOf(report, register === null ? null : words.register.title);
      await write(opening(report, parts, words, { style: await stylesheet(report), script }));
      for (const [index, part] of parts.entries()) {
        await write([partOpening(part, index + 1)]);
        if (part.section !== null)
          await write(renderBlocks(part.section.blocks, { id: part.section.id, headingLevel: 3 }));
        else if (register !== null) {
          await write(register.opening(report));
          for await (const rows of register.rows()) await output.append(rows);
          await write(register.ending());
        }
        await write([PART_ENDING]);
      }
      await write(ending(report, script));
      await output.close();
      return { rowsByFile: new Map(), changedCells: register?.changed.take() ?? new Map() };
    },
  };
}
