import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Brand } from '../../../src/core/design.ts';
import { ConfigError } from '../../../src/core/errors.ts';
import { DETECTION_ROWS, DETECTIONS } from '../month.ts';
import { report } from '../report.ts';
import { TempFolder } from '../temp-folder.ts';
import { JPEG, PNG } from './pictures.ts';
import { readParts, writeWorkbook } from './workbook.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  await folder.remove();
});

async function partsWith(logo: Brand['logo']): Promise<Map<string, string>> {
  await writeWorkbook(folder, [[DETECTIONS, DETECTION_ROWS]], {
    report: report({ brand: { ...report().brand, logo } }),
  });
  return await readParts(folder);
}

const POINT = 12_700;

describe('the logo on the summary', () => {
  it.each([
    ['PNG', PNG, 'xl/media/logo.png', [180 * POINT, 60 * POINT]],
    ['JPEG', JPEG, 'xl/media/logo.jpeg', [30 * POINT, 60 * POINT]],
  ])('a %s keeps its shape, hangs at the right, and has words beside it', async (_, logo, part, [width, height]) => {
    const parts = await partsWith(logo);
    expect(Buffer.from(parts.get(part) ?? '').length).toBeGreaterThan(0);
    const drawing = parts.get('xl/drawings/drawing1.xml') ?? '';
    expect(drawing).toContain(`<xdr:ext cx="${width}" cy="${height}"/>`);
    expect(drawing).toContain('name="Logo" descr="Logo of Example &amp; Sons &lt;Ltd&gt;"');
    const [, column, offset] =
      /<xdr:oneCellAnchor><xdr:from><xdr:col>(\d+)<\/xdr:col><xdr:colOff>(\d+)</.exec(drawing) ?? [];
    // Behind what the head's texts may take: columns B to O.
    expect(Number(column)).toBeGreaterThanOrEqual(15);
    expect(Number(offset)).toBeLessThan(15 * 7 * 9_525);
    expect(parts.get('xl/worksheets/sheet1.xml')).toContain('<mergeCell ref="B2:O2"/>');
    // Five charts are there too, and no two shapes of a drawing have one number.
    const ids = Array.from(drawing.matchAll(/<xdr:cNvPr id="(\d+)"/g), ([, id]) => id);
    expect(ids).toEqual(['2', '3', '4', '5', '6', '7']);
  });

  it('is left out where the template names none', async () => {
    const parts = await partsWith(null);
    expect([...parts.keys()].filter((name) => name.includes('media'))).toEqual([]);
    expect(parts.get('xl/worksheets/sheet1.xml')).toContain('<mergeCell ref="B2:R2"/>');
  });

  it.each([
    ['a JPEG of nothing', { type: 'image/jpeg', bytes: Buffer.from('ffd8ffd9', 'hex') }],
    [
      'a JPEG whose segments lead nowhere',
      { type: 'image/jpeg', bytes: Buffer.from('ffd8ffe0ffff00000000000000', 'hex') },
    ],
    ['a PNG of nothing', { type: 'image/png', bytes: Buffer.alloc(24) }],
    ['a PNG cut off', { type: 'image/png', bytes: PNG.bytes.subarray(0, 20) }],
  ] as const)('%s is refused with a remedy', async (_, logo) => {
    await expect(partsWith(logo)).rejects.toThrow(ConfigError);
  });
});
