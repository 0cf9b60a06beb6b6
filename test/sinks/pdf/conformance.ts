import type { MadePdf } from './pdf-tools.ts';
import { type Element, flatten, PdfObjects, plain, structureTree, textString } from './pdf-objects.ts';
import { fontProblems } from './fonts-of.ts';

/** A condition of PDF/A-3a (ISO 19005-3:2012) or PDF/UA-1 (ISO 14289-1:2014), and where a file breaks it. */
export interface Rule {
  readonly clause: string;
  readonly problems: (file: Conformance) => readonly string[];
}

/** A file with everything that the rules look at. */
export interface Conformance {
  readonly bytes: Buffer;
  readonly objects: PdfObjects;
  readonly elements: readonly Element[];
  /** Types from the root down to each element's parent. */
  readonly ancestors: ReadonlyMap<Element, readonly Element[]>;
}

export function conformanceOf(pdf: Pick<MadePdf, 'bytes'>, objects: PdfObjects): Conformance {
  const root = structureTree(objects);
  const ancestors = new Map<Element, readonly Element[]>();
  const walk = (element: Element, above: readonly Element[]): void => {
    ancestors.set(element, above);
    for (const child of element.children) walk(child, [...above, element]);
  };
  walk(root, []);
  return { bytes: pdf.bytes, objects, elements: flatten(root), ancestors };
}

/** Every rule that the file breaks, with its clause. */
export function violations(file: Conformance): string[] {
  return RULES.flatMap(({ clause, problems }) => problems(file).map((problem) => `${clause}: ${problem}`));
}

const none: readonly string[] = [];
const unless = (holds: boolean, problem: string): readonly string[] => (holds ? none : [problem]);

/** Which children an element may have (ISO 32000-1, 14.8.4.3; ISO 14289-1, 7.2); absent: any. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  Table: ['Caption', 'TR', 'THead', 'TBody', 'TFoot'],
  THead: ['TR'],
  TBody: ['TR'],
  TR: ['TH', 'TD'],
  L: ['Caption', 'L', 'LI'],
  LI: ['Lbl', 'LBody'],
  TOC: ['Caption', 'TOC', 'TOCI'],
  TOCI: ['Lbl', 'Reference', 'NonStruct', 'P', 'TOC'],
};
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  TR: ['Table', 'THead', 'TBody', 'TFoot'],
  THead: ['Table'],
  TBody: ['Table'],
  TH: ['TR'],
  TD: ['TR'],
  LI: ['L'],
  LBody: ['LI'],
  TOCI: ['TOC'],
};
const STANDARD_TYPES = new Set(
  'Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form'.split(
    ' ',
  ),
);

export const RULES: readonly Rule[] = [
  {
    clause: 'A 6.1.2 file header',
    problems: ({ bytes }) => {
      const head = bytes.subarray(0, 16);
      const comment = head.subarray(9, 14);
      return unless(
        /^%PDF-1\.[0-7]\n%/.test(head.toString('latin1')) && [...comment.subarray(1)].every((byte) => byte > 127),
        'no version line with a comment of four bytes above 127 below it',
      );
    },
  },
  {
    clause: 'A 6.1.3 trailer',
    problems: ({ bytes, objects: { trailer } }) => [
      ...unless(Array.isArray(trailer['/ID']) && trailer['/ID'].length === 2, 'no ID of two parts'),
      ...unless(trailer['/Encrypt'] === undefined, 'encrypted'),
      ...unless(/%%EOF\r?\n?$/.test(bytes.subarray(-8).toString('latin1')), 'something behind the end'),
    ],
  },
  {
    clause: 'A 6.1.7 streams',
    problems: ({ bytes, objects }) => {
      const text = bytes.toString('latin1');
      const ends = text.split('endstream').slice(0, -1);
      return [
        ...unless(
          ends.every((before) => /[\r\n]$/.test(before)),
          'no line end before endstream',
        ),
        ...unless(!/stream\r(?!\n)/.test(text), 'a lone carriage return behind stream'),
        ...objects.all.flatMap((each) =>
          ['/F', '/FFilter', '/FDecodeParms'].filter((key) => each['/Length'] !== undefined && each[key] !== undefined),
        ),
        ...objects.all.flatMap((each) =>
          unless(!/LZW|Crypt/.test(JSON.stringify(each['/Filter'] ?? '')), 'LZW or Crypt'),
        ),
      ];
    },
  },
  {
    clause: 'A 6.1.13 limits',
    problems: ({ objects }) =>
      objects.all.flatMap((each) =>
        Object.entries(each).flatMap(([key, value]) => [
          ...unless(key.length <= 128, `name ${key.slice(0, 20)}`),
          ...unless(
            typeof value !== 'string' || Buffer.byteLength(value, 'utf16le') <= 32_767,
            `long string in ${key}`,
          ),
        ]),
      ),
  },
  {
    clause: 'A 6.2.3 output intent',
    problems: ({ objects }) => {
      const intents = objects.list(objects.catalog['/OutputIntents']);
      const intent = objects.dictionary(intents[0]);
      const profile = intents.length === 1 ? objects.stream(intent['/DestOutputProfile']) : Buffer.alloc(0);
      return [
        ...unless(intent['/S'] === '/GTS_PDFA1' && textString(intent['/OutputConditionIdentifier']) !== '', 'none'),
        ...unless(
          profile.subarray(12, 20).toString('latin1') === 'mntrRGB ',
          'its profile is not one of a monitor in RGB',
        ),
        ...unless(objects.dictionary(intent['/DestOutputProfile'])['/N'] === 3, 'its profile has not three components'),
      ];
    },
  },
  {
    clause: 'A 6.2.4 colours, 6.2.5 graphics state, 6.2.8 images, 6.2.9 forms',
    problems: ({ objects }) =>
      objects.all.flatMap((each) => [
        ...[
          '/TR',
          '/TR2',
          '/HTP',
          '/OPI',
          '/Alternates',
          '/Ref',
          '/PS',
          '/JS',
          '/AA',
          '/XFA',
          '/Movie',
          '/Sound',
        ].filter((key) => each[key] !== undefined),
        ...unless(!JSON.stringify(each).includes('/DeviceCMYK'), 'CMYK'),
        ...unless(each['/Interpolate'] !== true, 'interpolated image'),
        ...unless(each['/Subtype'] !== '/PS' && each['/Subtype2'] !== '/PS', 'PostScript'),
      ]),
  },
  { clause: 'A 6.2.11, UA 7.21 fonts', problems: ({ objects }) => fontProblems(objects) },
  {
    clause: 'A 6.3, UA 7.18 annotations',
    problems: ({ objects, elements }) =>
      objects.pages.flatMap((page) => {
        const { '/Annots': annotations, '/Tabs': tabs } = objects.dictionary(page);
        const all = objects.list(annotations).map(plain);
        return [
          ...unless(all.length === 0 || tabs === '/S', `tab order of ${page}`),
          ...all.flatMap((reference) => {
            const annotation = objects.dictionary(reference);
            const flags = Number(annotation['/F']);
            const owner = elements.find((each) => each.annotations.some((one) => one.reference === reference));
            const own = owner?.annotations.find((one) => one.reference === reference);
            return [
              ...unless(annotation['/Subtype'] === '/Link', `${reference} is no link`),
              ...unless((flags & 4) === 4 && (flags & 0x23) === 0, `${reference} is not printed`),
              ...unless(textString(annotation['/Contents']).trim() !== '', `${reference} says nothing (Contents)`),
              ...unless(owner?.type === 'Link', `${reference} is in no Link`),
              ...unless(own?.page === page, `${reference} is said to be on another page`),
              ...unless(typeof annotation['/StructParent'] === 'number', `${reference} has no StructParent`),
            ];
          }),
        ];
      }),
  },
  {
    clause: 'A 6.5 actions',
    problems: ({ objects }) =>
      objects.all.flatMap((each) =>
        unless(each['/Type'] !== '/Action' || ['/GoTo', '/URI'].includes(plain(each['/S'])), plain(each['/S'])),
      ),
  },
  {
    clause: 'A 6.6, UA 5 and 7.1 metadata',
    problems: ({ objects }) => {
      const { '/Metadata': metadata, '/ViewerPreferences': preferences } = objects.catalog;
      const xmp = objects.stream(metadata).toString('utf8');
      const title = /<dc:title><rdf:Alt><rdf:li xml:lang="x-default">([^<]+)<\/rdf:li>/.exec(xmp)?.[1];
      const prefixes = new Set([...xmp.matchAll(/<(\w+):\w/g)].map(([, prefix]) => prefix));
      const known = new Set('x rdf xmp dc pdf pdfaid pdfuaid pdfaExtension pdfaSchema pdfaProperty'.split(' '));
      return [
        ...unless(objects.dictionary(metadata)['/Subtype'] === '/XML', 'no metadata'),
        ...unless(!/<\?xpacket begin="[^"]*"[^?]*(?:bytes|encoding)=/.test(xmp), 'a packet with bytes or encoding'),
        ...unless(/<pdfaid:part>3</.test(xmp) && /<pdfaid:conformance>A</.test(xmp), 'no claim of PDF/A-3a'),
        ...unless(/<pdfuaid:part>1</.test(xmp), 'no claim of PDF/UA-1'),
        ...unless(/<pdfaSchema:prefix>pdfuaid</.test(xmp), 'pdfuaid is described by no extension schema'),
        ...unless(title !== undefined && title.trim() !== '', 'no title'),
        ...unless(objects.dictionary(preferences)['/DisplayDocTitle'] === true, 'the title is not shown'),
        ...unless(
          !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xmp),
          'a character that XML does not know',
        ),
        ...[...prefixes].filter((prefix) => !known.has(prefix ?? '')).map((prefix) => `properties of ${prefix}`),
      ];
    },
  },
  {
    clause: 'A 6.7, UA 7.1 logical structure',
    problems: ({ objects, elements, ancestors }) => {
      const { '/MarkInfo': mark, '/StructTreeRoot': root, '/Lang': language } = objects.catalog;
      const info = objects.dictionary(mark);
      return [
        ...unless(info['/Marked'] === true && info['/Suspects'] !== true, 'not marked'),
        ...unless(objects.dictionary(root)['/ParentTree'] !== undefined, 'no parent tree'),
        ...unless(objects.dictionary(root)['/RoleMap'] === undefined, 'a role map'),
        ...unless(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(textString(language)), 'no language'),
        ...elements.flatMap((element) => {
          const { type, children } = element;
          const parent = ancestors.get(element)?.at(-1)?.type;
          const may = CHILDREN[type];
          const kinds = children.map((child) => child.type);
          const captions = kinds.flatMap((kind, at) => (kind === 'Caption' ? [at] : []));
          return [
            ...unless(STANDARD_TYPES.has(type), `${type} is no standard type`),
            ...kinds.filter((kind) => may !== undefined && !may.includes(kind)).map((kind) => `${kind} in ${type}`),
            ...unless(PARENTS[type]?.includes(parent ?? '') !== false, `${type} in ${parent}`),
            ...unless(
              captions.length === 0 || captions[0] === 0 || captions[0] === kinds.length - 1,
              'caption in between',
            ),
            ...unless(captions.length <= 1, 'two captions'),
          ];
        }),
      ];
    },
  },
  {
    clause: 'UA 7.3 figures',
    problems: ({ objects, elements }) =>
      elements
        .filter(({ type }) => type === 'Figure' || type === 'Formula')
        .flatMap(({ dictionary, reference }) => [
          ...unless(textString(dictionary['/Alt']).trim() !== '', `${reference} has no alternative text`),
          ...unless(
            objects.list(objects.dictionary(dictionary['/A'])['/BBox']).length === 4,
            `${reference} has no box`,
          ),
        ]),
  },
  {
    clause: 'UA 7.4 headings',
    problems: ({ elements }) => {
      const levels = elements.flatMap(({ type }) => (/^H[1-6]$/.test(type) ? [Number(type.slice(1))] : []));
      return [
        ...unless(!elements.some(({ type }) => type === 'H'), 'H beside H1'),
        ...unless(levels.length > 0 && levels[0] === 1, `begins with H${levels[0]}`),
        ...levels.flatMap((level, at) =>
          unless(level <= (levels[at - 1] ?? 0) + 1, `H${levels[at - 1]} then H${level}`),
        ),
      ];
    },
  },
  {
    clause: 'UA 7.5 tables',
    problems: ({ objects, elements }) =>
      elements
        .filter(({ type }) => type === 'Table')
        .flatMap((table) => {
          const rows = flatten(table).filter(({ type }) => type === 'TR');
          const cells = flatten(table).filter(({ type }) => type === 'TH' || type === 'TD');
          const heads = cells.filter(({ type }) => type === 'TH');
          return [
            ...unless(
              new Set(rows.map(({ children }) => children.length)).size === 1,
              `${table.reference}: uneven rows`,
            ),
            ...unless(heads.length > 0, `${table.reference}: no header`),
            ...heads.flatMap(({ dictionary, reference }) =>
              unless(
                ['/Column', '/Row', '/Both'].includes(plain(objects.dictionary(dictionary['/A'])['/Scope'])),
                `${reference}: no scope`,
              ),
            ),
            ...unless(
              table.children.some(({ type }) => type === 'THead') ===
                table.children.some(({ type }) => type === 'TBody'),
              `${table.reference}: head without body`,
            ),
            ...unless(
              cells.every(({ dictionary }) => !/Span/.test(JSON.stringify(dictionary['/A'] ?? ''))),
              'spans',
            ),
          ];
        }),
  },
  {
    clause: 'UA 7.6 lists, 7.9 notes',
    problems: ({ elements }) =>
      elements.flatMap(({ type, children, dictionary, reference }) => [
        ...unless(type !== 'L' || children.length > 0, `${reference} is an empty list`),
        ...unless(type !== 'Note' || textString(dictionary['/ID']) !== '', `${reference} is a note without an ID`),
      ]),
  },
  {
    clause: 'A 6.8, UA 7.11 embedded files',
    problems: ({ objects }) => {
      const associated = objects.list(objects.catalog['/AF']).map(plain);
      const specifications = objects.entries.filter(([, each]) => each['/EF'] !== undefined);
      return specifications.flatMap(([reference, each]) => {
        const stream = objects.dictionary(objects.dictionary(each['/EF'])['/F']);
        const parameters = objects.dictionary(stream['/Params']);
        return [
          ...unless(each['/Type'] === '/Filespec', `${reference} is no Filespec`),
          ...unless(textString(each['/F']) !== '' && each['/F'] === each['/UF'], `${reference}: F and UF`),
          ...unless(
            /^\/(Source|Data|Alternative|Supplement|Unspecified)$/.test(plain(each['/AFRelationship'])),
            `${reference}: relationship`,
          ),
          ...unless(/^\/[a-z]+\/[a-z0-9.+-]+$/.test(plain(stream['/Subtype'])), `${reference}: media type`),
          ...unless(textString(parameters['/ModDate']).startsWith('D:'), `${reference}: date`),
          ...unless(textString(each['/Desc']) !== '', `${reference}: description`),
          ...unless(associated.includes(reference), `${reference} belongs to nothing (AF)`),
        ];
      });
    },
  },
  {
    clause: 'A 6.9, UA 7.10 optional content, 6.10 presentations, 6.11 requirements',
    problems: ({ objects: { catalog } }) =>
      ['/OCProperties', '/AcroForm', '/Requirements', '/Perms', '/NeedsRendering', '/OpenAction'].filter(
        (key) => catalog[key] !== undefined,
      ),
  },
];
