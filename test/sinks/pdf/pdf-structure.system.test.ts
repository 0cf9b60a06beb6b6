import { beforeAll, describe, expect, it } from 'vitest';
import { inputOf, TEMPLATE } from '../../report/material.ts';
import { CASES } from './cases.ts';
import { conformanceOf, violations } from './conformance.ts';
import { readContent } from './content-stream.ts';
import { type Element, flatten, PdfObjects, plain, structureTree, textString } from './pdf-objects.ts';
import { flatText, type MadePdf, pdfMaker, structureText } from './pdf-tools.ts';

const make = pdfMaker();

/** What PDF/A-3a and PDF/UA-1 ask of structure, one by one; see the notes beside each. */
describe.each([
  ...Object.entries(CASES),
  [
    'no cover',
    () => inputOf([], { template: { ...TEMPLATE, sections: ['summary', 'verdicts', 'integrity'] } }),
  ] as const,
])('%s', (_, inputFor) => {
  let pdf: MadePdf;
  let objects: PdfObjects;
  let root: Element;
  let elements: Element[];
  const having = (type: string): Element[] => elements.filter((element) => element.type === type);

  beforeAll(async () => {
    pdf = await make(inputFor());
    objects = PdfObjects.read(pdf);
    root = structureTree(objects);
    elements = flatten(root);
  });

  it('breaks no rule of PDF/A-3a and of PDF/UA-1', () => {
    expect(violations(conformanceOf(pdf, objects))).toEqual([]);
  });

  it('draws nothing outside of marked content, and never .notdef', () => {
    for (const page of objects.pages) {
      const content = readContent(objects.stream(objects.dictionary(page)['/Contents']));
      expect(content).toMatchObject({ unmarked: [], nested: 0, open: 0, showsNotdef: false });
      expect(new Set(content.markedIds).size).toBe(content.markedIds.length);
    }
  });

  it('has all marked content in the tree, and nothing else', () => {
    const drawn = objects.pages.flatMap((page) =>
      readContent(objects.stream(objects.dictionary(page)['/Contents'])).markedIds.map((id) => `${page} ${id}`),
    );
    const tagged = elements.flatMap(({ contents }) => contents.map(({ page, id }) => `${page} ${id}`));
    expect(drawn.length).toBeGreaterThan(10);
    expect([...tagged].sort()).toEqual([...drawn].sort());
  });

  it('finds from each content its element (ParentTree)', () => {
    const treeRoot = objects.dictionary(objects.catalog['/StructTreeRoot']);
    const numbers = objects.list(objects.dictionary(treeRoot['/ParentTree'])['/Nums']);
    const byKey = new Map<unknown, unknown>();
    for (let at = 0; at < numbers.length; at += 2) byKey.set(numbers[at], numbers[at + 1]);
    for (const element of elements) {
      for (const { page, id } of element.contents) {
        const parents = objects.list(byKey.get(objects.dictionary(page)['/StructParents']) as never);
        expect(parents[id]).toBe(element.reference);
      }
    }
  });

  it('begins with H1 and skips no level', () => {
    const levels = elements.flatMap(({ type }) => (/^H[1-6]$/.test(type) ? [Number(type.slice(1))] : []));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
  });

  it('describes every figure in words and says where it stands', () => {
    for (const { dictionary } of having('Figure')) {
      expect(textString(dictionary['/Alt']).length).toBeGreaterThan(10);
      const box = objects.list(objects.dictionary(dictionary['/A'])['/BBox']) as readonly number[];
      expect(box).toHaveLength(4);
      const [left = 0, bottom = 0, right = 0, top = 0] = box;
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(595.28);
      expect(bottom).toBeGreaterThan(0);
      expect(top).toBeLessThan(841.89);
      expect(right - left).toBeGreaterThan(0);
      expect(top - bottom).toBeGreaterThan(0);
    }
  });

  it('builds tables of a head with scopes and rows of equal length', () => {
    for (const table of having('Table')) {
      const parts = table.children.map(({ type }) => type).filter((type) => type !== 'Caption');
      expect(parts).toEqual(['THead', 'TBody']);
      const rows = flatten(table).filter(({ type }) => type === 'TR');
      expect(new Set(rows.map(({ children }) => children.length)).size).toBe(1);
      for (const title of flatten(table).filter(({ type }) => type === 'TH')) {
        expect(objects.dictionary(title.dictionary['/A'])).toMatchObject({ '/O': '/Table', '/Scope': '/Column' });
        expect(title.contents).not.toHaveLength(0);
      }
    }
  });

  it('builds lists of labels and bodies', () => {
    for (const list of having('L')) {
      expect(list.children.length).toBeGreaterThan(0);
      expect(objects.dictionary(list.dictionary['/A'])['/O']).toBe('/List');
      for (const item of list.children) expect(item.children.map(({ type }) => type)).toEqual(['Lbl', 'LBody']);
    }
  });

  it('gives every link words, a destination and the right page', () => {
    const pageOf = new Map<unknown, string>();
    for (const page of objects.pages) {
      for (const annotation of objects.list(objects.dictionary(page)['/Annots'])) pageOf.set(annotation, page);
    }
    const linked = having('Link').flatMap(({ annotations }) => annotations);
    expect(linked.map(({ reference }) => reference).sort()).toEqual([...pageOf.keys()].map(String).sort());
    const names = objects.list(objects.dictionary(objects.dictionary(objects.catalog['/Names'])['/Dests'])['/Names']);
    for (const { reference, page } of linked) {
      const annotation = objects.dictionary(reference);
      expect(page).toBe(pageOf.get(reference));
      expect(textString(annotation['/Contents'])).toMatch(/\d/);
      expect(Number(annotation['/F']) & 4).toBe(4);
      expect(typeof annotation['/StructParent']).toBe('number');
      expect(names).toContain(objects.dictionary(annotation['/A'])['/D']);
    }
  });

  it('declares language, title, tagging, colours and page labels', () => {
    const { catalog } = objects;
    expect(textString(catalog['/Lang'])).toBe('en');
    expect(objects.dictionary(catalog['/MarkInfo'])['/Marked']).toBe(true);
    expect(objects.dictionary(catalog['/ViewerPreferences'])['/DisplayDocTitle']).toBe(true);
    const [intent] = objects.list(catalog['/OutputIntents']);
    expect(objects.dictionary(intent)).toMatchObject({ '/S': '/GTS_PDFA1' });
    expect(objects.dictionary(catalog['/PageLabels'])['/Nums']).toBeDefined();
    for (const page of objects.pages) expect(objects.dictionary(page)['/Tabs']).toBe('/S');
    expect(objects.trailer['/Encrypt']).toBeUndefined();
    expect(objects.list(objects.trailer['/ID'])).toHaveLength(2);
  });

  it('claims PDF/A-3a and PDF/UA-1 in well-formed metadata', () => {
    const xmp = objects.stream(objects.catalog['/Metadata']).toString('utf8');
    expect(unbalanced(xmp)).toEqual([]);
    expect(xmp).toContain('<pdfaid:part>3</pdfaid:part>');
    expect(xmp).toContain('<pdfaid:conformance>A</pdfaid:conformance>');
    expect(xmp).toContain('<pdfuaid:part>1</pdfuaid:part>');
    expect(xmp).toContain('<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>');
    expect(xmp.match(/&(?!(?:amp|lt|gt|quot|apos);)/g)).toBeNull();
    const dates = [...xmp.matchAll(/<xmp:\w+Date>(.*?)</g)].map(([, date]) => date);
    expect(dates).toEqual(['2024-02-01T06:00:42Z', '2024-02-01T06:00:42Z', '2024-02-01T06:00:42Z']);
  });

  it('embeds every font as a subset whose glyphs all have a meaning', () => {
    const fonts = objects.all.filter((each) => each['/Type'] === '/Font' && each['/Subtype'] === '/Type0');
    expect(fonts.length).toBeGreaterThan(2);
    for (const font of fonts) {
      expect(font['/BaseFont']).toMatch(/^\/[A-Z]{6}\+/);
      const descendant = objects.dictionary(objects.list(font['/DescendantFonts'])[0]);
      expect(objects.dictionary(descendant['/FontDescriptor'])['/FontFile2']).toBeDefined();
      const meanings = [
        ...objects
          .stream(font['/ToUnicode'])
          .toString('latin1')
          .matchAll(/\[(.*?)\]/g),
      ]
        .flatMap(([, range]) => [...(range ?? '').matchAll(/<([0-9a-f ]*)>/g)].map(([, meaning]) => meaning))
        .slice(1);
      for (const meaning of meanings) expect(meaning).toMatch(/^(?!0000$|feff$|fffe$)[0-9a-f]{4}( [0-9a-f]{4})*$/);
    }
    const simple = objects.all.filter(
      (each) => each['/Type'] === '/Font' && ['/Type1', '/TrueType', '/Type3'].includes(plain(each['/Subtype'])),
    );
    expect(simple).toEqual([]);
  });

  it('has a bookmark for every title', () => {
    const titles: string[] = [];
    let next = objects.dictionary(objects.catalog['/Outlines'])['/First'];
    while (next !== undefined) {
      const item = objects.dictionary(next);
      titles.push(textString(item['/Title']));
      next = item['/Next'];
    }
    expect(titles).toContain('Evidence: integrity and how to verify');
    expect(['Sign-off', 'Evidence: integrity and how to verify', 'Annex: registers']).toContain(titles.at(-1));
  });
});

describe('a file inside of the report', () => {
  it('says its type, its date and how it belongs, and comes out as it went in', async () => {
    const bytes = Buffer.from('{"population": {}}\n');
    const attachment = {
      name: 'statistics.json',
      type: 'application/json',
      description: 'Every number',
      relationship: 'Data' as const,
      bytes,
    };
    const template = { ...TEMPLATE, sections: ['integrity'] as const };
    const pdf = await make(
      inputOf([], {
        template,
        attached: { attachments: [attachment], leftOut: ['detections.csv'], limitBytes: 20_000_000 },
      }),
    );
    const objects = PdfObjects.read(pdf);
    const [reference] = objects.list(objects.catalog['/AF']);
    const file = objects.dictionary(reference);
    expect(file).toMatchObject({ '/AFRelationship': '/Data', '/F': 'u:statistics.json', '/UF': 'u:statistics.json' });
    const embedded = objects.dictionary(file['/EF'])['/F'];
    expect(objects.dictionary(embedded)['/Subtype']).toBe('/application/json');
    expect(objects.dictionary(objects.dictionary(embedded)['/Params'])['/ModDate']).toBe('u:D:20240201060042Z');
    expect(objects.stream(embedded).equals(bytes)).toBe(true);
    expect(flatText(pdf)).toContain(
      'Inside this PDF as an attachment: statistics.json. CSV files are attached up to 20.0 MB together, so not inside: detections.csv.',
    );
  });
});

describe('a screen reader', () => {
  it('meets everything in order, and no running head or foot', async () => {
    // poppler takes seconds for the structure of a long report, so this is a short one.
    const template = { ...TEMPLATE, sections: ['summary', 'failed', 'integrity'] as const };
    const struct = structureText(await make(inputOf([], { template })));
    const order = ['What needs action', 'Failed and unfinished', 'SHA256SUMS', 'How to verify', 'END OF REPORT'];
    const places = order.map((words) => struct.indexOf(words));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(struct).not.toContain('Page 1 of');
  });
});

/** Names of XML elements that are opened and not closed in order; a parser's errors would say the same. */
function unbalanced(xml: string): string[] {
  const open: string[] = [];
  for (const [, closing, name, empty] of xml.matchAll(/<(\/?)([A-Za-z:]+)[^<>]*?(\/?)>/g)) {
    if (name === undefined || empty === '/') continue;
    if (closing !== '/') open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name}`];
  }
  return open;
}
