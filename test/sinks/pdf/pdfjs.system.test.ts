import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ordinaryMonth } from '../../report/months.ts';
import { pdfOf } from './pdf-tools.ts';

interface Node {
  readonly role?: string;
  readonly alt?: string;
  readonly type?: string;
  readonly id?: string;
  readonly children?: readonly Node[];
}

const CSV = Buffer.from('uuid,verdict\r\n1,fake\r\n');

/** The report as another reader, with a code base of its own, understands it. */
describe('pdf.js', () => {
  let document: PDFDocumentProxy;
  let nodes: Node[];
  let words: string[];
  beforeAll(async () => {
    const attachment = { name: 'detections.csv', type: 'text/csv', relationship: 'Data' as const, bytes: CSV };
    const attached = { attachments: [attachment], leftOut: [], limitBytes: 20_000_000 };
    const { bytes } = await pdfOf({ ...ordinaryMonth(), attached });
    document = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
    nodes = [];
    words = [];
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const marked = new Map<string, string>();
      let open: string[] = [];
      const { items } = await page.getTextContent({ includeMarkedContent: true });
      for (const item of items) {
        if ('str' in item) {
          const id = open.findLast((each) => each !== '') ?? 'artifact';
          marked.set(id, `${marked.get(id) ?? ''}${item.str}${item.hasEOL ? ' ' : ''}`);
        } else if (item.type === 'endMarkedContent') open = open.slice(0, -1);
        else open.push((item as { id?: string }).id ?? '');
      }
      const tree = (await page.getStructTree()) as Node | null;
      const found = flatten(tree ?? {});
      nodes.push(...found);
      words.push(...found.flatMap(({ type, id }) => (type === 'content' ? [marked.get(id ?? '') ?? ''] : [])));
    }
  });

  const having = (role: string): Node[] => nodes.filter((node) => node.role === role);

  it('finds the tree on every page, with the roles of a report', () => {
    const roles = new Set(nodes.map(({ role }) => role));
    const expected = 'Document Sect H1 H2 H3 P L LI Lbl LBody Table Caption THead TBody TR TH TD Figure TOC TOCI Link';
    expect(expected.split(' ').filter((role) => !roles.has(role))).toEqual([]);
    expect(having('Figure').every(({ alt = '' }) => alt.length > 10)).toBe(true);
  });

  it('reads the text in the order of the tree, without running heads and feet', () => {
    const text = words.join(' ').replaceAll(/\s+/g, ' ');
    const order = [
      'Deepfake detection report',
      'What needs action',
      'Contents',
      'How a verdict',
      'Signatures',
      'END OF REPORT',
    ];
    const places = order.map((each) => text.lastIndexOf(each));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(text).not.toContain(`Page 1 of ${document.numPages}`);
    expect(text).not.toContain('(continued)');
  });

  it('has labels, bookmarks that lead somewhere, language and title', async () => {
    expect(await document.getPageLabels()).toEqual(
      Array.from({ length: document.numPages }, (_, at) => String(at + 1)),
    );
    const outline = await document.getOutline();
    expect(outline.map(({ title }) => title)).toContain('Trend and change');
    for (const { dest } of outline) expect(Array.isArray(dest)).toBe(true);
    const { info, metadata } = await document.getMetadata();
    expect(info).toMatchObject({
      Language: 'en',
      Title: 'Deepfake detection report, January 2024',
      IsAcroFormPresent: false,
    });
    expect([metadata.get('pdfaid:part'), metadata.get('pdfaid:conformance'), metadata.get('pdfuaid:part')]).toEqual([
      '3',
      'A',
      '1',
    ]);
    expect(await document.getMarkInfo()).toMatchObject({ Marked: true });
  });

  it('takes the attached file out as it went in', async () => {
    const files = (await document.getAttachments()) as Record<string, { filename: string; content: Uint8Array }>;
    expect(Object.keys(files)).toEqual(['detections.csv']);
    expect(Buffer.from(files['detections.csv']?.content ?? []).equals(CSV)).toBe(true);
  });

  it('follows each link of the first page and of the contents to its section', async () => {
    const pages = await Promise.all([1, 2].map((number) => document.getPage(number)));
    const found = await Promise.all(pages.map((page) => page.getAnnotations()));
    expect(found[0]?.length).toBeGreaterThan(5);
    expect(found[1]?.length).toBeGreaterThan(10);
    const links = found.flat() as { subtype: string; dest: string }[];
    for (const { subtype, dest } of links) {
      expect(subtype).toBe('Link');
      expect(Array.isArray(await document.getDestination(dest))).toBe(true);
    }
  });
});

function flatten(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(flatten)];
}
