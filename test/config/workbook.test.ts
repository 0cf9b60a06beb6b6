import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadTemplate } from '../../src/config/template.ts';
import { configError, inFolder, tables, writeTemplate } from './template-folder.ts';

const EXAMPLE = fileURLToPath(new URL('../../templates/analyst-workbook.xlsx', import.meta.url));
/** What the example needs: its two tables. */
const TABLES = { 6: '  detections: public\n  metric_nodes: public' };

/** The message for a template in a folder below `folder` that names `workbook`; `accepted` where it loads. */
async function refusal(
  workbook: string,
  prepare: (folder: string) => Promise<void>,
  changes: Record<number, string> = TABLES,
): Promise<{ message: string; line: number | undefined; remedy: string | undefined } | 'accepted'> {
  return await inFolder(async (outer) => {
    const folder = join(outer, 'inside');
    await mkdir(folder);
    await prepare(folder);
    const path = await writeTemplate(folder, { ...changes, 1: `workbook: "${workbook}"` });
    let accepted = false;
    const error = await configError(async () => {
      await loadTemplate(path, { tables });
      accepted = true;
    }, outer).catch((failure: unknown) => {
      if (accepted) return 'accepted' as const;
      throw failure;
    });
    return error === 'accepted' ? error : { message: error.message, line: error.line, remedy: error.remedy };
  });
}

const withExample =
  (name = 'book.xlsx') =>
  async (folder: string): Promise<void> => {
    await copyFile(EXAMPLE, join(folder, name));
  };
const AT = 'FOLDER/inside/mine.yaml:1: workbook: ';

describe('a template’s workbook', () => {
  test('is read and checked when the template is loaded; the hash sees every byte of it', async () => {
    await inFolder(async (folder) => {
      await withExample()(folder);
      const path = await writeTemplate(folder, { ...TABLES, 1: 'workbook: book.xlsx' });
      const template = await loadTemplate(path, { tables });
      expect(Buffer.from(template.workbook ?? [])).toEqual(await readFile(EXAMPLE));
      const plain = await loadTemplate(await writeTemplate(folder, TABLES), { tables });
      expect(plain.workbook).toBeNull();
      expect(plain.sha256).not.toBe(template.sha256);
    });
    const example = await loadTemplate('analyst-workbook', { tables });
    expect(example.workbook?.length).toBeGreaterThan(1000);
  });

  test('must stay in the template’s folder, and be no larger than a megabyte', async () => {
    const outside = async (folder: string): Promise<void> => {
      await withExample('../book.xlsx')(folder);
      await symlink(join(folder, '..', 'book.xlsx'), join(folder, 'link.xlsx'));
    };
    for (const name of ['../book.xlsx', 'link.xlsx', '/etc/passwd']) {
      expect(await refusal(name, outside)).toMatchObject({
        message: `${AT}"${name}" leads out of the template's folder.`,
        remedy: 'Put the workbook beside the template, or in a folder below it.',
      });
    }
    const large = async (folder: string): Promise<void> =>
      writeFile(join(folder, 'book.xlsx'), Buffer.alloc(1_048_577));
    expect(await refusal('book.xlsx', large)).toMatchObject({
      message: `${AT}The workbook FOLDER/inside/book.xlsx is larger than 1,048,576 bytes.`,
    });
    expect(await refusal('book.xlsx', async () => {})).toMatchObject({
      message: `${AT}The workbook FOLDER/inside/book.xlsx does not exist.`,
    });
    // Control.
    expect(await refusal('book.xlsx', withExample())).toBe('accepted');
  });

  test('must fit the tables that the template selects', async () => {
    const few = { 6: '  detections: [uuid, verdict]\n  metric_nodes: all' };
    expect(await refusal('book.xlsx', withExample(), few)).toEqual({
      message: `${AT}The workbook cannot be used (sheet Detections, cell A1): "created_at" is not a column that the template writes to detections, and the value below it would be lost.`,
      line: 1,
      remedy:
        'A column of your own has another name, and below it a formula or nothing. Columns to fill: uuid, verdict.',
    });
    expect(await refusal('book.xlsx', withExample(), { 6: '  detections: all' })).toMatchObject({
      message: `${AT}The workbook cannot be used (sheet Metric nodes): the template does not select metric_nodes, so the samples would stay.`,
    });
    expect(await refusal('book.xlsx', withExample(), { 6: '  audio_scores: all' })).toMatchObject({
      message: `${AT}The workbook cannot be used: none of its sheets ("Overview", "Detections", "Metric nodes") is named like a table.`,
      remedy: 'Name a sheet like a table to fill: Audio scores.',
    });
    const text = async (folder: string): Promise<void> => writeFile(join(folder, 'book.xlsx'), 'uuid,verdict\n');
    expect(await refusal('book.xlsx', text)).toMatchObject({
      message: `${AT}The workbook cannot be used: it is not a ZIP archive, as every .xlsx is, or it is damaged.`,
    });
  });
});
