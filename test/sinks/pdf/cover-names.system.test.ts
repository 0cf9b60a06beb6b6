import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { TEMPLATE } from '../../report/material.ts';
import { ordinaryMonth } from '../../report/months.ts';
import { pdfMaker } from './pdf-tools.ts';

import type { ReportInput } from '../../../src/render/report/report-input.ts';

type Logo = ReportInput['template']['brand']['logo'];
/** A black PNG of one pixel. */
const PNG_LOGO: Logo = {
  type: 'image/png',
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
    'base64',
  ),
};
const make = pdfMaker();
const WORDS =
  'Landesbeauftragte für den Datenschutz und die Informationsfreiheit in der Bundesrepublik und ihren Ländern ';
const NAMES: Readonly<Record<string, string>> = {
  'of 60 characters': 'Kreditanstalt für Wiederaufbau und Entwicklung, Frankfurt am',
  'of 200 characters': WORDS.repeat(3).slice(0, 199) + '.',
  'of one word of 200 letters': 'W'.repeat(199) + '.',
  'of one word of 60 letters': 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte',
};

/** Without the breaks between its lines. */
function flat(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/g, '');
}

describe.each(Object.entries(NAMES))('an organisation and a title %s', (_, name) => {
  it.each<[string, Logo | null, boolean]>([
    ['on a cover', null, true],
    ['on a cover with a logo', PNG_LOGO, true],
    ['on a first page that is no cover', null, false],
  ])('stand whole %s', async (_where, logo, hasCover) => {
    const template = {
      ...TEMPLATE,
      organisation: name,
      title: name,
      classification: 'Confidential: for members of the risk committee alone',
      brand: { ...TEMPLATE.brand, logo },
      sections: hasCover ? (['cover', 'summary'] as const) : (['summary'] as const),
    };
    const { path } = await make({ ...ordinaryMonth(), template });
    // In the order of the lines, not of the columns.
    const text = flat(execFileSync('pdftotext', ['-raw', '-l', '1', path, '-'], { encoding: 'utf8' }));
    expect(text.split(flat(name)).length - 1).toBeGreaterThanOrEqual(hasCover ? 2 : 1);
    expect(text).toContain(flat('Confidential: for members of the risk committee alone'));
    if (hasCover) expect(text).not.toContain('…');
  });
});
