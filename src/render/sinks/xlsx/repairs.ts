import type { Parts } from './parts.ts';

/*
 * Corrections in the shell of what exceljs 4.4.0 writes against the schema or against our rules. Each repair names its
 * fault; with a version of exceljs without it, `edit` throws, so that no repair outlives its reason.
 */

/** Order of the children of CT_Font (ECMA-376-1, 18.8.22); exceljs writes color before sz, and name after scheme. */
const FONT_CHILDREN = [
  'b',
  'i',
  'strike',
  'condense',
  'extend',
  'outline',
  'shadow',
  'u',
  'vertAlign',
  'sz',
  'color',
  'name',
  'family',
  'charset',
  'scheme',
];

/** Repairs the parts that every workbook has. */
export function repair(parts: Parts, application: string): void {
  parts.edit('xl/styles.xml', orderFonts);
  // A workbook says which program made it; exceljs always says Microsoft Excel.
  parts.edit('docProps/app.xml', (xml) =>
    xml.replace('<Application>Microsoft Excel</Application>', `<Application>${application}</Application>`),
  );
}

export function orderFonts(styles: string): string {
  return styles.replace(/<font>(.*?)<\/font>/gs, (_, children: string) => {
    const elements = children.match(/<[^>]+\/>/g) ?? [];
    const placed = elements.map((element) => ({
      element,
      place: FONT_CHILDREN.indexOf(/^<(\w+)/.exec(element)?.[1] ?? ''),
    }));
    placed.sort((a, b) => a.place - b.place);
    return `<font>${placed.map(({ element }) => element).join('')}</font>`;
  });
}
