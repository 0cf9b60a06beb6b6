import type { Package } from './package.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';

/** Kinds of parts that run code, fetch data or vouch for content, by the kind of relationship that leads to them. */
const UNWANTED: ReadonlyMap<string, readonly [what: string, remedy: string]> = new Map([
  ['vbaProject', ['it holds macros', 'Save it as an Excel workbook without macros (.xlsx).']],
  ['xlMacrosheet', ['it holds a sheet of Excel 4 macros', 'Remove that sheet.']],
  ['xlIntlMacrosheet', ['it holds a sheet of Excel 4 macros', 'Remove that sheet.']],
  ['dialogsheet', ['it holds a dialog of Excel 5', 'Remove that sheet.']],
  ['externalLink', ['it refers to another workbook', 'Break the link: Data > Edit Links > Break Link.']],
  ['connections', ['it has a data connection', 'Remove it: Data > Queries & Connections.']],
  ['queryTable', ['one of its tables is filled by a query', 'Turn the table into one of plain cells.']],
  ['powerPivotData', ['it has a data model', 'Remove the data model and what is built on it.']],
  ['control', ['it has an ActiveX control', 'Remove the control.']],
  ['oleObject', ['another document is embedded in it', 'Remove the embedded object.']],
  ['package', ['another document is embedded in it', 'Remove the embedded object.']],
  ['extensibility', ['it changes the ribbon of Excel', 'Remove the custom ribbon.']],
  ['webextension', ['it starts an add-in', 'Remove the add-in from the workbook.']],
  ['webextensiontaskpanes', ['it starts an add-in', 'Remove the add-in from the workbook.']],
  ['attachedToolbars', ['it brings a toolbar of its own', 'Remove the toolbar.']],
  ['origin', ['it is digitally signed, and filling it would break the signature', 'Remove the signature.']],
]);

/** What a workbook that holds code says that it is. */
const MACRO_TYPE = /macroenabled|vbaproject/;

const XML_NAME = /\.(?:xml|rels|vml)$/i;
const XML_TYPE = /[+/]xml$|vmldrawing$/;

/**
 * Throws `ConfigError` for a workbook with macros, links to the outside or anything else that would run or fetch
 * something when the report is opened, and for XML that defines entities. Links to click on may stay.
 */
export function assertHarmless(parts: Package): void {
  for (const name of parts.names) {
    const type = parts.typeOf(name);
    if (MACRO_TYPE.test(type)) {
      throw refused('it holds macros', { part: name }, 'Save it as an Excel workbook without macros (.xlsx).');
    }
    if (XML_NAME.test(name) || XML_TYPE.test(type)) assertPlainXml(name, parts.bytes(name));
  }
  for (const from of ['', ...parts.names.filter((name) => !name.toLowerCase().endsWith('.rels'))]) {
    for (const { kind, external, target } of parts.relationships(from)) {
      const part = from === '' ? '_rels/.rels' : from;
      const [what, remedy] = UNWANTED.get(kind) ?? [];
      if (what !== undefined && remedy !== undefined) throw refused(what, { part }, remedy);
      if (external && kind !== 'hyperlink') {
        throw refused(`it fetches ${JSON.stringify(target.slice(0, 100))}`, { part }, 'Remove what is linked there.');
      }
    }
  }
}

/** Whether it is looked into or passes through: a part must not smuggle a document type past a reader. */
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
