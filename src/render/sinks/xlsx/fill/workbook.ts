import { type CellRange, readRange } from '../cells.ts';
import { assertHarmless } from './checks.ts';
import { assertNamespace, Package } from '../package.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';
import { childOf, childrenOf, type XmlElement, type XmlPart } from './xml.ts';

export const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const MAIN_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';

export interface ForeignSheet {
  readonly name: string;
  /** Name of its part. */
  readonly part: string;
  /** False for chart sheets. */
  readonly hasCells: boolean;
}

/** A name that a person gave to cells, or a program to a range of its own. */
export interface DefinedName {
  readonly element: XmlElement;
  readonly name: string;
  /** E.g. `Overview!$B$3`. */
  readonly formula: string;
  /** Sheet to which it is limited; null for the whole workbook. */
  readonly sheet: string | null;
}

/** A customer's workbook after its checks: harmless, of a kind that can be filled, with its sheets. */
export class ForeignWorkbook {
  readonly parts: Package;
  readonly main: XmlPart;
  readonly sheets: readonly ForeignSheet[];
  readonly names: readonly DefinedName[];

  private constructor(parts: Package, main: XmlPart) {
    this.parts = parts;
    this.main = main;
    this.sheets = readSheets(parts, main);
    this.names = readNames(main, this.sheets);
  }

  /** Throws `ConfigError` that says what is wrong and what to change. */
  static open(bytes: Uint8Array): ForeignWorkbook {
    const parts = Package.open(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    assertHarmless(parts);
    const mainPart = parts.related('', 'officeDocument')[0];
    const type = mainPart === undefined ? '' : parts.typeOf(mainPart);
    if (mainPart === undefined || type !== MAIN_TYPE) {
      const what = type.includes('template') ? 'it is a template (.xltx)' : 'it is not an Excel workbook (.xlsx)';
      throw refused(what, mainPart === undefined ? {} : { part: mainPart }, SAVE_AGAIN);
    }
    const main = parts.xml(mainPart);
    assertNamespace(main, SPREADSHEET);
    const properties = childOf(main.root, 'workbookPr');
    if (properties !== null && isTrue(main.attribute(properties, 'date1904'))) {
      throw refused(
        'it counts days from 1904',
        { part: main.name },
        'Switch "Use 1904 date system" off (File > Options > Advanced).',
      );
    }
    return new ForeignWorkbook(parts, main);
  }

  /** Name of the part to which the workbook leads by a relationship of a kind; null if it has none. */
  related(kind: string): string | null {
    return this.parts.related(this.main.name, kind)[0] ?? null;
  }

  /** The worksheet as XML. */
  worksheet(sheet: ForeignSheet): XmlPart {
    const part = this.parts.xml(sheet.part);
    assertNamespace(part, SPREADSHEET);
    return part;
  }
}

export function isTrue(value: string | null): boolean {
  return value === '1' || value === 'true' || value === 'on';
}

/** Reads a reference to cells of one sheet, such as `Overview!$B$3`; null for anything else. */
export function readSheetRange(formula: string): (CellRange & { readonly sheet: string }) | null {
  const match = /^(?:'((?:[^']|'')+)'|([^'!(),\s]+))!([^!]+)$/.exec(formula.trim());
  const range = match === null ? null : readRange(match[3] ?? '');
  const sheet = match?.[1]?.replaceAll("''", "'") ?? match?.[2];
  return range === null || sheet === undefined ? null : { ...range, sheet };
}

function readSheets(parts: Package, main: XmlPart): readonly ForeignSheet[] {
  const relationships = new Map(parts.relationships(main.name).map((one) => [one.id, one]));
  const list = childOf(main.root, 'sheets');
  const seen = new Set<string>();
  return (list === null ? [] : childrenOf(list, 'sheet')).map((element) => {
    const name = main.attribute(element, 'name');
    const to = relationships.get(relationshipOf(main, element) ?? '');
    if (name === null || to === undefined || !parts.has(to.target)) {
      throw refused('one of its sheets is missing', { part: main.name }, SAVE_AGAIN);
    }
    if (seen.has(name.toLowerCase()) || seen.has(to.target.toLowerCase())) {
      throw refused('two of its sheets are the same', { part: main.name, sheet: name }, SAVE_AGAIN);
    }
    seen.add(name.toLowerCase()).add(to.target.toLowerCase());
    return { name, part: to.target, hasCells: to.kind === 'worksheet' };
  });
}

/** The relationship that an element names by its `r:id`, with any prefix. */
export function relationshipOf(part: XmlPart, element: XmlElement): string | null {
  const prefix = part.prefixOf('http://schemas.openxmlformats.org/officeDocument/2006/relationships', element);
  return prefix === null ? null : part.attribute(element, `${prefix}:id`);
}

function readNames(main: XmlPart, sheets: readonly ForeignSheet[]): readonly DefinedName[] {
  const list = childOf(main.root, 'definedNames');
  return (list === null ? [] : childrenOf(list, 'definedName')).map((element) => {
    const local = main.attribute(element, 'localSheetId');
    return {
      element,
      name: main.attribute(element, 'name') ?? '',
      formula: main.textOf(element),
      sheet: local === null ? null : (sheets[Number(local)]?.name ?? null),
    };
  });
}
