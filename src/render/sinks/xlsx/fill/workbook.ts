import { type CellRange, readRange } from '../cells.ts';
import { assertNamespace, Package } from '../package.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';
import { childOf, childrenOf, type XmlElement, type XmlPart } from './xml.ts';
import { opensMore } from './formulas.ts';

export const SPREADSHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const MAIN_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';

export interface ForeignSheet {
  readonly name: string;
  readonly part: string;
  /** False for chart sheets. */
  readonly hasCells: boolean;
}

/** A name that a person gave to cells, or a program to a range of its own. */
interface DefinedName {
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

  /** Throws `ConfigError` that says what is wrong and what to change. */
  constructor(bytes: Uint8Array) {
    const parts = new Package(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
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
    if (properties !== null && /^(?:1|true|on)$/.test(main.attribute(properties, 'date1904') ?? '')) {
      throw refused(
        'it counts days from 1904',
        { part: main.name },
        'Switch "Use 1904 date system" off (File > Options > Advanced).',
      );
    }
    this.parts = parts;
    this.main = main;
    this.sheets = readSheets(parts, main);
    this.names = readNames(main, this.sheets);
  }

  /** Name of the part to which the workbook leads by a relationship of a kind; null if it has none. */
  related(kind: string): string | null {
    return this.parts.related(this.main.name, kind)[0] ?? null;
  }

  worksheet(sheet: ForeignSheet): XmlPart {
    const part = this.parts.xml(sheet.part);
    assertNamespace(part, SPREADSHEET);
    return part;
  }
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
  const seen = new Set<string>();
  return childrenOf(childOf(main.root, 'sheets'), 'sheet').map((element) => {
    const name = main.attribute(element, 'name');
    const prefix = main.prefixOf('http://schemas.openxmlformats.org/officeDocument/2006/relationships', element);
    const to = relationships.get(main.attribute(element, `${prefix}:id`) ?? '');
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

function readNames(main: XmlPart, sheets: readonly ForeignSheet[]): readonly DefinedName[] {
  return childrenOf(childOf(main.root, 'definedNames'), 'definedName').map((element) => {
    const local = main.attribute(element, 'localSheetId');
    return {
      element,
      name: main.attribute(element, 'name') ?? '',
      formula: main.textOf(element),
      sheet: local === null ? null : (sheets[Number(local)]?.name ?? null),
    };
  });
}

type Refusal = readonly [what: string, remedy: string];

/** Kinds of parts that run code, fetch data or vouch for content, by the kind of relationship that leads to them (in lower case). */
const UNWANTED: ReadonlyMap<string, Refusal> = new Map([
  ['vbaproject', ['it holds macros', 'Save it as an Excel workbook without macros (.xlsx).']],
  ['xlmacrosheet', ['it holds a sheet of Excel 4 macros', 'Remove that sheet.']],
  ['xlintlmacrosheet', ['it holds a sheet of Excel 4 macros', 'Remove that sheet.']],
  ['dialogsheet', ['it holds a dialog of Excel 5', 'Remove that sheet.']],
  ['externallink', ['it refers to another workbook', 'Break the link: Data > Edit Links > Break Link.']],
  ['connections', ['it has a data connection', 'Remove it: Data > Queries & Connections.']],
  ['querytable', ['one of its tables is filled by a query', 'Turn the table into one of plain cells.']],
  ['powerpivotdata', ['it has a data model', 'Remove the data model and what is built on it.']],
  ['control', ['it has an ActiveX control', 'Remove the control.']],
  ['oleobject', ['another document is embedded in it', 'Remove the embedded object.']],
  ['package', ['another document is embedded in it', 'Remove the embedded object.']],
  ['extensibility', ['it changes the ribbon of Excel', 'Remove the custom ribbon.']],
  ['webextension', ['it starts an add-in', 'Remove the add-in from the workbook.']],
  ['webextensiontaskpanes', ['it starts an add-in', 'Remove the add-in from the workbook.']],
  ['attachedtoolbars', ['it brings a toolbar of its own', 'Remove the toolbar.']],
  ['usercustomization', ['it changes the toolbars of Excel', 'Remove the customised toolbar.']],
  ['activexcontrolbinary', ['it has an ActiveX control', 'Remove the control.']],
  ['origin', ['it is digitally signed, and filling it would break the signature', 'Remove the signature.']],
]);

/** The same kinds by name or type of the part: Excel opens some without a relationship. */
const UNWANTED_PARTS: readonly (readonly [name: RegExp, kind: string])[] = [
  [/(?:^|\/)vba(?:project|data)[^/]*$|vbaproject|ms-office\.vba/, 'vbaproject'],
  [/^xl\/(?:intl)?macrosheets\/|macrosheet\+xml/, 'xlmacrosheet'],
  [/^xl\/dialogsheets\/|dialogsheet\+xml/, 'dialogsheet'],
  [/^xl\/externallinks\/|externallink\+xml/, 'externallink'],
  [/^xl\/connections[^/]*$|\.connections\+xml/, 'connections'],
  [/^xl\/querytables\/|querytable\+xml/, 'querytable'],
  [/^xl\/model\/|model\+data/, 'powerpivotdata'],
  [/^xl\/activex\/|activex/, 'control'],
  [/^xl\/embeddings\/|oleobject/, 'oleobject'],
  [/^customui\//, 'extensibility'],
  [/^usercustomization\//, 'usercustomization'],
  [/^xl\/webextensions\/|webextension/, 'webextension'],
  [/attachedtoolbars/, 'attachedtoolbars'],
  [/^_xmlsignatures\/|digital-signature/, 'origin'],
];
/** First bytes of an OLE compound file, an archive and a Windows program. */
const EMBEDDED_FILE = /^(?:\xd0\xcf\x11\xe0|PK\x03\x04|MZ)/;

/** Content types of a workbook with code. */
const MACRO_TYPE = /macroenabled|vbaproject/;

const XML_NAME = /\.(?:xml|rels|vml)$/i;
const XML_TYPE = /[+/]xml$|vmldrawing$/;

/** Throws `ConfigError` for anything that would run or fetch something when opened. Clickable links are allowed. */
function assertHarmless(parts: Package): void {
  for (const name of parts.names) {
    const type = parts.typeOf(name);
    if (MACRO_TYPE.test(type)) {
      throw refused('it holds macros', { part: name }, 'Save it as an Excel workbook without macros (.xlsx).');
    }
    const [, unwanted] =
      UNWANTED_PARTS.find(([pattern]) => pattern.test(name.toLowerCase()) || pattern.test(type)) ?? [];
    const isFile = EMBEDDED_FILE.test(parts.bytes(name).toString('latin1', 0, 4));
    refuseKind(unwanted ?? (isFile ? 'oleobject' : ''), name);
    if (XML_NAME.test(name) || XML_TYPE.test(type)) assertPlainXml(name, parts.bytes(name));
  }
  for (const from of ['', ...parts.names.filter((name) => !name.toLowerCase().endsWith('.rels'))]) {
    for (const { kind, external, target } of parts.relationships(from)) {
      const part = from === '' ? '_rels/.rels' : from;
      refuseKind(kind.toLowerCase(), part);
      if (external && (kind.toLowerCase() !== 'hyperlink' || opensMore(target))) {
        const does = kind.toLowerCase() === 'hyperlink' ? 'leads to' : 'fetches';
        throw refused(`it ${does} ${JSON.stringify(target.slice(0, 100))}`, { part }, 'Remove what is linked there.');
      }
    }
  }
}

function refuseKind(kind: string, part: string): void {
  const refusal = UNWANTED.get(kind);
  if (refusal !== undefined) throw refused(refusal[0], { part }, refusal[1]);
}

/** For parts that are read and parts that are only copied: none may smuggle a document type past a reader. */
function assertPlainXml(part: string, bytes: Buffer): void {
  if (bytes.includes('<!DOCTYPE') || bytes.includes('<!ENTITY')) {
    throw refused('it declares a document type', { part }, SAVE_AGAIN);
  }
  // In another encoding those words would look different.
  const encoding = /^[^<]{0,3}<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"']*)["']/.exec(
    bytes.toString('latin1', 0, 300),
  );
  const isUtf8 = encoding === null || /^(?:utf-8|us-ascii)$/i.test(encoding[1] ?? '');
  if (!isUtf8 || bytes.includes(0)) throw refused('it is not in UTF-8', { part }, SAVE_AGAIN);
}
