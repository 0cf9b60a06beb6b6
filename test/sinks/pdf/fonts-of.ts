import { type PdfObjects, plain } from './pdf-objects.ts';

/** Every font of the file: how it is embedded, and whether what is shown in it has a meaning and its true width. */
export function fontProblems(objects: PdfObjects): string[] {
  const shown = shownGlyphs(objects);
  const fonts = objects.entries.filter(
    ([, each]) => each['/Type'] === '/Font' && each['/DescendantFonts'] !== undefined,
  );
  const simple = objects.entries.filter(
    ([, each]) => each['/Type'] === '/Font' && ['/Type1', '/TrueType', '/Type3'].includes(plain(each['/Subtype'])),
  );
  return [
    ...simple.map(([reference]) => `${reference} is no composite font`),
    ...fonts.flatMap(([reference, font]) => {
      const descendant = objects.dictionary(objects.list(font['/DescendantFonts'])[0]);
      const descriptor = objects.dictionary(descendant['/FontDescriptor']);
      const glyphs = shown.get(reference) ?? new Set<number>();
      const problems: string[] = [];
      const need = (holds: boolean, problem: string): unknown => holds || problems.push(`${reference}: ${problem}`);
      need(font['/Encoding'] === '/Identity-H', 'encoding');
      need(/^\/[A-Z]{6}\+/.test(plain(font['/BaseFont'])), 'no name of a subset');
      need(font['/BaseFont'] === descendant['/BaseFont'], 'two names');
      need(font['/BaseFont'] === descriptor['/FontName'], 'another name in its descriptor');
      need(descendant['/CIDToGIDMap'] === '/Identity', 'no CIDToGIDMap');
      need(descriptor['/CIDSet'] === undefined, 'a CIDSet');
      need(descriptor['/FontFile2'] !== undefined, 'not embedded');
      need(font['/ToUnicode'] !== undefined, 'no ToUnicode');
      need(glyphs.size > 0, 'nothing is shown in it');
      need(!glyphs.has(0), 'shows .notdef');
      if (problems.length > 0) return problems;
      const meanings = meaningsOf(objects.stream(font['/ToUnicode']).toString('latin1'));
      const advances = advancesOf(objects.stream(descriptor['/FontFile2']));
      const widths = objects.list(objects.list(descendant['/W'])[1]);
      for (const glyph of glyphs) {
        const meaning = meanings.get(glyph) ?? '';
        need(/^[0-9a-f]{4}( [0-9a-f]{4})*$/.test(meaning), `glyph ${glyph} has no meaning`);
        need(!/^(0000|feff|fffe)$/.test(meaning), `glyph ${glyph} means nothing`);
        need(!/^(e[0-9a-f]{3}|f[0-8][0-9a-f]{2})/.test(meaning), `glyph ${glyph} means something private`);
        need(
          Math.abs(Number(widths[glyph]) - (advances(glyph) ?? Number.NaN)) <= 1,
          `glyph ${glyph} has another width`,
        );
      }
      return problems;
    }),
  ];
}

/** By font object, the glyphs that any page shows in it. */
function shownGlyphs(objects: PdfObjects): Map<string, Set<number>> {
  const shown = new Map<string, Set<number>>();
  for (const page of objects.pages) {
    const { '/Contents': contents, '/Resources': resources } = objects.dictionary(page);
    const fonts = objects.dictionary(objects.dictionary(resources)['/Font']);
    let current = '';
    for (const line of objects.stream(contents).toString('latin1').split('\n')) {
      const [, font] = /^\/(\S+) [\d.-]+ Tf$/.exec(line) ?? [];
      if (font !== undefined) current = plain(fonts[`/${font}`]);
      if (!line.endsWith(' TJ')) continue;
      const glyphs = shown.get(current) ?? new Set<number>();
      for (const [, hex = ''] of line.matchAll(/<([0-9a-f]+)>/g)) {
        for (let at = 0; at < hex.length; at += 4) glyphs.add(Number.parseInt(hex.slice(at, at + 4), 16));
      }
      shown.set(current, glyphs);
    }
  }
  return shown;
}

/** Glyph to its text as UTF-16 in hex, out of a ToUnicode map as pdfkit writes it: ranges with lists. */
function meaningsOf(map: string): Map<number, string> {
  const meanings = new Map<number, string>();
  for (const [, start = '', list = ''] of map.matchAll(/^<([0-9a-f]{4})> <[0-9a-f]{4}> \[(.*)\]$/gm)) {
    const first = Number.parseInt(start, 16);
    for (const [at, [, text = '']] of [...list.matchAll(/<([0-9a-f ]*)>/g)].entries()) meanings.set(first + at, text);
  }
  return meanings;
}

/** Advance of a glyph in thousandths, as the TrueType file itself says (tables head, hhea, hmtx). */
function advancesOf(font: Buffer): (glyph: number) => number | null {
  const tables = new Map<string, number>();
  for (let at = 0; at < font.readUInt16BE(4); at++) {
    const entry = 12 + at * 16;
    tables.set(font.subarray(entry, entry + 4).toString('latin1'), font.readUInt32BE(entry + 8));
  }
  const [head, hhea, hmtx] = ['head', 'hhea', 'hmtx'].map((name) => tables.get(name));
  if (head === undefined || hhea === undefined || hmtx === undefined) return () => null;
  const unitsPerEm = font.readUInt16BE(head + 18);
  const metrics = font.readUInt16BE(hhea + 34);
  return (glyph) => (font.readUInt16BE(hmtx + Math.min(glyph, metrics - 1) * 4) * 1000) / unitsPerEm;
}
