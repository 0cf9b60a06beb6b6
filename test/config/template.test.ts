import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { listTemplates, loadTemplate } from '../../src/config/template.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { SECTION_IDS } from '../../src/core/report.ts';
import { encodePng } from '../../src/render/sinks/pdf/logo.ts';
import { inFolder, tables, writeTemplate } from './template-folder.ts';

const templatesFolder = fileURLToPath(new URL('../../templates/', import.meta.url));
const PRIVATE = ['url', 'audio_url', 'audio_heatmap', 'image_heatmap', 'intelligence'];

/** The smallest PNG header that says how large the picture is. */
function png(width: number, height: number): Buffer {
  return encodePng(Object.assign(new PNG({ width, height }), { data: Buffer.alloc(width * height * 4) }));
}

/** Of a picture of that size the head alone. */
function pngHead(width: number, height: number): Buffer {
  const bytes = png(1, 1).subarray(0, 33);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

describe('built-in templates', () => {
  test('monthly-compliance has every table, format and section, but no private column', async () => {
    const template = await loadTemplate('monthly-compliance', { tables });
    expect(template.name).toBe('monthly-compliance');
    expect(template.formats).toEqual(['csv', 'xlsx', 'pdf']);
    expect([...template.tables.keys()]).toEqual(['detections', 'metric_nodes', 'audio_scores']);
    const columns = template.tables.get('detections') ?? [];
    expect(columns.length).toBe((tables[0]?.columns.length ?? 0) - PRIVATE.length);
    expect(columns.filter((column) => PRIVATE.includes(column))).toEqual([]);
    expect(template.sections).toEqual(SECTION_IDS);
    expect(template.period).toEqual({ kind: 'last-month' });
    expect(template.retentionLimitSeconds).toBe(86_400);
    expect(template.policy).toEqual(DEFAULT_POLICY);
  });

  test('spreadsheet-analysis has every column of every table', async () => {
    const template = await loadTemplate('spreadsheet-analysis', { tables });
    expect(template.formats).toEqual(['csv', 'xlsx']);
    for (const table of tables) {
      expect(template.tables.get(table.name)).toEqual(table.columns.map((column) => column.name));
    }
    expect(template.tables.get('detections')).toEqual(expect.arrayContaining(PRIVATE));
  });

  test('scheduled-export is one small CSV', async () => {
    const template = await loadTemplate('scheduled-export', { tables });
    expect(template.formats).toEqual(['csv']);
    expect([...template.tables.keys()]).toEqual(['detections']);
    expect(template.tables.get('detections')?.length).toBeLessThan(12);
  });

  test('are listed with what they are for', async () => {
    const list = await listTemplates({ tables });
    expect(list.map((entry) => entry.name)).toEqual([
      'analyst-workbook',
      'dsa-transparency',
      'monthly-compliance',
      'scheduled-export',
      'spreadsheet-analysis',
    ]);
    for (const entry of list) expect(entry.description).not.toBe('');
  });

  test('point editors to the schema beside them', async () => {
    for (const { name } of await listTemplates({ tables })) {
      const text = await readFile(join(templatesFolder, `${name}.yaml`), 'utf8');
      expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./template.schema.json');
    }
  });
});

describe('a template of one’s own', () => {
  test('is resolved: defaults filled in, columns in table order, labels folded, frozen', async () => {
    await inFolder(async (folder) => {
      const path = await writeTemplate(folder, { 6: '  detections: [verdict, uuid]', 12: '  fake: [Likely_Fake]' });
      const template = await loadTemplate(path, { tables });
      expect(template).toMatchObject({
        name: 'mine',
        title: 'Mine',
        organisation: null,
        classification: null,
        period: { kind: 'named', name: '2024-01' },
        timezone: 'UTC',
        formats: ['csv', 'pdf'],
        workbook: null,
        sections: ['cover', 'summary'],
        policy: { name: 'mine', fake: ['likely fake'], real: ['real'], indeterminate: [], notAssessedScore: -1 },
        retentionLimitSeconds: 30 * 86_400,
        registerLimit: 200,
      });
      expect([...template.tables]).toEqual([['detections', ['uuid', 'verdict']]]);
      expect(Object.isFrozen(template)).toBe(true);
      expect(Object.isFrozen(template.policy.fake)).toBe(true);
      expect(Object.isFrozen(template.brand)).toBe(true);
    });
  });

  test('is found relative to the base folder; a name in the file wins over the file’s own', async () => {
    await inFolder(async (folder) => {
      await writeTemplate(folder, { 1: 'name: other' });
      const template = await loadTemplate('./mine.yaml', { tables, baseDir: folder });
      expect(template.name).toBe('other');
    });
  });

  test('has a hash of its content: stable under comments and key order, changed by each value', async () => {
    await inFolder(async (folder) => {
      const hash = async (changes: Record<number, string>): Promise<string> =>
        (await loadTemplate(await writeTemplate(folder, changes), { tables })).sha256;
      const original = await hash({});
      expect(original).toMatch(/^[0-9a-f]{64}$/);
      expect(await hash({ 1: '# another comment', 2: 'period: "2024-01"', 3: 'title: "Mine"' })).toBe(original);
      const changed = await Promise.all(
        // One after the other would write the same file: each change gets a folder of its own.
        [{ 2: 'title: Yours' }, { 3: 'period: all' }, { 4: 'formats: [csv]' }, { 12: '  fake: [x]' }].map((change) =>
          inFolder(async (other) => (await loadTemplate(await writeTemplate(other, change), { tables })).sha256),
        ),
      );
      expect(new Set([original, ...changed]).size).toBe(5);
    });
  });

  test('has a hash that only a meant change may change: it is part of every report id', async () => {
    const template = await inFolder(async (folder) =>
      loadTemplate(await writeTemplate(folder, { 6: '  detections: [uuid, verdict]' }), { tables }),
    );
    expect(template.sha256).toBe('73ad35c05fc0977e4250840fbae9ade85d91f3282336d18e4e17ca71d84bf84b');
  });

  test('brings its logo, and the hash sees it', async () => {
    await inFolder(async (folder) => {
      const path = await writeTemplate(folder, { 1: 'brand: {logo: pictures/logo.png, primary_colour: "#AA0000"}' });
      await mkdir(join(folder, 'pictures'));
      await writeFile(join(folder, 'pictures', 'logo.png'), png(100, 40));
      const first = await loadTemplate(path, { tables });
      expect(first.brand.logo?.type).toBe('image/png');
      expect(first.brand.primaryColour).toBe('#aa0000');
      await writeFile(join(folder, 'pictures', 'logo.png'), png(100, 41));
      expect((await loadTemplate(path, { tables })).sha256).not.toBe(first.sha256);
    });
  });
});

const logoRefusal = async (logo: string, prepare: (folder: string) => Promise<void>): Promise<string> =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'inside'));
    const path = await writeTemplate(join(folder, 'inside'), { 1: `brand: {logo: "${logo}"}` });
    await prepare(join(folder, 'inside'));
    return loadTemplate(path, { tables }).then(
      () => 'accepted',
      (error: Error) => error.message.replaceAll(folder, 'FOLDER'),
    );
  });
const writing = (name: string, bytes: Buffer) => async (folder: string) => writeFile(join(folder, name), bytes);
const outsideMessage = (logo: string): string =>
  `FOLDER/inside/mine.yaml:1: brand.logo: "${logo}" leads out of the template's folder.`;

describe('a logo', () => {
  test('outside the template’s folder is refused, through a symbolic link too', async () => {
    const outside = async (folder: string): Promise<void> => {
      await writeFile(join(dirname(folder), 'logo.png'), png(1, 1));
      await symlink(join(dirname(folder), 'logo.png'), join(folder, 'link.png'));
    };
    expect(await logoRefusal('../logo.png', outside)).toBe(outsideMessage('../logo.png'));
    expect(await logoRefusal('/etc/passwd', outside)).toBe(outsideMessage('/etc/passwd'));
    expect(await logoRefusal('link.png', outside)).toBe(outsideMessage('link.png'));
    // Control: the same picture inside is fine.
    expect(await logoRefusal('logo.png', writing('logo.png', png(1, 1)))).toBe('accepted');
  });

  test('must be a picture of a size that can be drawn', async () => {
    const at = 'FOLDER/inside/mine.yaml:1: brand.logo: ';
    expect(await logoRefusal('a.png', writing('a.png', Buffer.from('<svg/>')))).toBe(
      `${at}"a.png" is neither a PNG nor a JPEG picture.`,
    );
    expect(await logoRefusal('a.png', writing('a.png', pngHead(50_000, 50_000)))).toBe(
      `${at}"a.png" has 2,500,000,000 pixels.`,
    );
    expect(await logoRefusal('a.png', writing('a.png', Buffer.alloc(1_048_577)))).toBe(
      `${at}The logo FOLDER/inside/a.png is larger than 1,048,576 bytes.`,
    );
    const damaged = `${at}The logo of the template is a damaged PNG.`;
    expect(await logoRefusal('a.png', writing('a.png', pngHead(100, 40)))).toBe(damaged);
    expect(await logoRefusal('a.png', writing('a.png', png(100, 40).subarray(0, -9)))).toBe(damaged);
    const cmyk = Buffer.from('ffd8ffc0001408001000100401110002110003110004110 0ffd9'.replace(' ', ''), 'hex');
    expect(await logoRefusal('a.jpg', writing('a.jpg', cmyk))).toContain(
      `${at}The logo of the template is a CMYK JPEG`,
    );
    expect(await logoRefusal('a.png', async () => {})).toBe(`${at}The logo FOLDER/inside/a.png does not exist.`);
  });
});
