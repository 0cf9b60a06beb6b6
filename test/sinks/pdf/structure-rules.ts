import { flatten, plain, textString } from './pdf-objects.ts';
import { type Rule, unless } from './rule.ts';

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

/** What is asked of the tree that a screen reader follows. */
export const STRUCTURE_RULES: readonly Rule[] = [
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
];
