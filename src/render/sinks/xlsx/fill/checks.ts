import { opensMore } from './formulas.ts';
import type { Package } from '../package.ts';
import { refused, SAVE_AGAIN } from './refusal.ts';

type Refusal = readonly [what: string, remedy: string];

/** Kinds of parts that run code, fetch data or vouch for content, by the kind of relationship that leads to them. */
const UNWANTED_KINDS: readonly (readonly [kind: string, refusal: Refusal])[] = [
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
  ['userCustomization', ['it changes the toolbars of Excel', 'Remove the customised toolbar.']],
  ['activeXControlBinary', ['it has an ActiveX control', 'Remove the control.']],
  ['origin', ['it is digitally signed, and filling it would break the signature', 'Remove the signature.']],
];
const UNWANTED: ReadonlyMap<string, Refusal> = new Map(
  UNWANTED_KINDS.map(([kind, refusal]) => [kind.toLowerCase(), refusal]),
);

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

/**
 * Throws `ConfigError` for a workbook with macros, external links or anything else that would run or fetch something
 * when the report is opened, and for XML that defines entities. Clickable links are allowed.
 */
export function assertHarmless(parts: Package): void {
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
