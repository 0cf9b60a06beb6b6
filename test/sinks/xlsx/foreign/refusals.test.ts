import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/core/errors.ts';
import { checkWorkbook } from '../../../../src/render/sinks/xlsx/fill/plan.ts';
import type { TableShape } from '../../../../src/core/table.ts';
import { table } from '../../tables.ts';
import { BOOK_DETECTIONS, BOOK_SCORES, excelBook } from './excel-book.ts';

const TABLES = [BOOK_DETECTIONS, BOOK_SCORES];

type Changes = Readonly<Record<string, (part: string) => string>>;

/** What is said of a workbook, without the words in front. */
function refusal(book: Uint8Array, tables = TABLES): string {
  try {
    checkWorkbook(book, tables);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.remedy).toMatch(/^[A-Z].*\.$/);
    return error.message.replace(/^The workbook cannot be used/, '').trim();
  }
  return 'accepted';
}

/** A change that puts text in place of the first occurrence of another. */
function swap(from: string, to: string): (part: string) => string {
  return (part) => part.replace(from, () => to);
}

const OVERVIEW = 'xl/worksheets/sheet1.xml';
const DETECTIONS = 'xl/worksheets/sheet2.xml';
const SCORES = 'xl/worksheets/sheet3.xml';
const BOOK = 'xl/workbook.xml';
const BOOK_RELS = 'xl/_rels/workbook.xml.rels';
const TYPES = '[Content_Types].xml';
const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

function related(kind: string, target = 'styles.xml', mode = ''): (part: string) => string {
  const type = kind.includes(':') ? kind : `${R}/${kind}`;
  return swap('</Relationships>', `<Relationship Id="x" Type="${type}" Target="${target}"${mode}/></Relationships>`);
}

describe('a workbook that runs, fetches or vouches for something', () => {
  const cases: readonly (readonly [string, Changes, string])[] = [
    ['macros', { [TYPES]: swap('spreadsheetml.sheet.main', 'ms-excel.sheet.macroEnabled.main') }, 'it holds macros.'],
    [
      'a macro project',
      { [BOOK_RELS]: related('http://schemas.microsoft.com/office/2006/relationships/vbaProject') },
      'it holds macros.',
    ],
    ['Excel 4 macros', { [BOOK_RELS]: related('xlMacrosheet') }, 'it holds a sheet of Excel 4 macros.'],
    ['another workbook', { [BOOK_RELS]: related('externalLink') }, 'it refers to another workbook.'],
    ['a connection', { [BOOK_RELS]: related('connections') }, 'it has a data connection.'],
    [
      'an embedded document',
      { 'xl/drawings/_rels/drawing1.xml.rels': related('package') },
      'another document is embedded in it.',
    ],
    ['an ActiveX control', { 'xl/worksheets/_rels/sheet1.xml.rels': related('control') }, 'it has an ActiveX control.'],
    ['an add-in', { '_rels/.rels': related('webextensiontaskpanes') }, 'it starts an add-in.'],
    ['a ribbon', { '_rels/.rels': related('ui/extensibility') }, 'it changes the ribbon of Excel.'],
    [
      'a signature',
      { '_rels/.rels': related('digital-signature/origin') },
      'it is digitally signed, and filling it would break the signature.',
    ],
    [
      'a picture from elsewhere',
      {
        'xl/drawings/_rels/drawing1.xml.rels': related(
          'image',
          'https://evil.example/pixel.png',
          ' TargetMode="External"',
        ),
      },
      'it fetches "https://evil.example/pixel.png".',
    ],
  ];
  it.each(cases)('%s', (_, changes, reason) => {
    expect(refusal(excelBook(changes))).toMatch(/^\(part [^)]+\): /);
    expect(refusal(excelBook(changes)).replace(/^\(.*?\): /, '')).toBe(reason);
  });

  it('control: links to click on, and everything else of the workbook, may stay', () => {
    expect(refusal(excelBook())).toBe('accepted');
    expect(checkWorkbook(excelBook(), TABLES)).toMatchObject({
      sheets: ['Overview', 'DETECTIONS', 'Audio scores'],
      tables: [
        { name: 'detections', own: [] },
        { name: 'audio_scores', own: [] },
      ],
    });
    const link = related('hyperlink', 'https://intranet.example', ' TargetMode="External"');
    expect(refusal(excelBook({ 'xl/drawings/_rels/drawing1.xml.rels': link }))).toBe('accepted');
  });
});

describe('a workbook of a kind that cannot be filled', () => {
  const cases: readonly (readonly [string, Changes, string])[] = [
    [
      'strict',
      {
        [BOOK]: swap(
          'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
          'http://purl.oclc.org/ooxml/spreadsheetml/main',
        ),
      },
      '(part xl/workbook.xml): it was saved as "Strict Open XML Spreadsheet".',
    ],
    [
      'prefixed',
      { [SCORES]: (xml) => xml.replaceAll(/<(\/?)(\w)/g, '<$1x:$2').replace('xmlns=', 'xmlns:x=') },
      '(part xl/worksheets/sheet3.xml): it is not written as Excel and LibreOffice write it.',
    ],
    [
      'a template',
      { [TYPES]: swap('sheet.main', 'template.main') },
      '(part xl/workbook.xml): it is a template (.xltx).',
    ],
    [
      'a document',
      { [TYPES]: swap('spreadsheetml.sheet.main', 'wordprocessingml.document.main') },
      '(part xl/workbook.xml): it is not an Excel workbook (.xlsx).',
    ],
    [
      'no types',
      { [TYPES]: swap('content-types', 'other-types') },
      '(part [Content_Types].xml): it is not written as Excel and LibreOffice write it.',
    ],
    [
      'days from 1904',
      { [BOOK]: swap('<workbookPr', '<workbookPr date1904="1"') },
      '(part xl/workbook.xml): it counts days from 1904.',
    ],
    [
      'a missing sheet',
      { [BOOK_RELS]: swap('worksheets/sheet1.xml', 'worksheets/gone.xml') },
      '(part xl/workbook.xml): one of its sheets is missing.',
    ],
    [
      'a sheet twice',
      { [BOOK_RELS]: swap('worksheets/sheet1.xml', 'worksheets/sheet3.xml') },
      '(sheet Audio scores, part xl/workbook.xml): two of its sheets are the same.',
    ],
    [
      'a document type',
      { [OVERVIEW]: swap('<worksheet', '<!DOCTYPE x [<!ENTITY y "z">]><worksheet') },
      '(part xl/worksheets/sheet1.xml): it declares a document type.',
    ],
    [
      'one in a part that passes through',
      { 'xl/drawings/drawing1.xml': swap('<xdr:wsDr', '<!DOCTYPE x><xdr:wsDr') },
      '(part xl/drawings/drawing1.xml): it declares a document type.',
    ],
    [
      'another encoding',
      { 'xl/charts/chart1.xml': swap('encoding="UTF-8"', 'encoding="UTF-16"') },
      '(part xl/charts/chart1.xml): it is not in UTF-8.',
    ],
    [
      'broken XML',
      { [DETECTIONS]: swap('</sheetData>', '') },
      expect.stringContaining('(part xl/worksheets/sheet2.xml): it is not well-formed XML'),
    ],
    [
      'an unknown entity',
      { 'xl/sharedStrings.xml': swap('verdict_score', '&nbsp;') },
      '(part xl/sharedStrings.xml): it uses an entity that XML does not define.',
    ],
    [
      'rows out of order',
      { [DETECTIONS]: swap('<row r="3"', '<row r="2"') },
      '(part xl/worksheets/sheet2.xml): its rows are not in order.',
    ],
    [
      'cells out of order',
      { [DETECTIONS]: swap('r="B3"', 'r="A3"') },
      '(part xl/worksheets/sheet2.xml): its cells are not in order.',
    ],
    [
      'a format that is missing',
      { [DETECTIONS]: swap('r="A2" s="3"', 'r="A2" s="99"') },
      '(part xl/styles.xml): it has no cell format 99.',
    ],
  ];
  it.each(cases)('%s', (_, changes, reason) => expect(refusal(excelBook(changes))).toEqual(reason));
});

describe('a workbook that does not fit the tables', () => {
  const inFirst = (cell: string): Changes => ({ [SCORES]: swap('</row></sheetData>', `${cell}</row></sheetData>`) });
  const behind = (xml: string): Changes => ({ [SCORES]: swap('</sheetData>', `</sheetData>${xml}`) });
  const cases: readonly (readonly [string, Changes, string])[] = [
    [
      'an unknown column',
      { 'xl/sharedStrings.xml': swap('verdict_score', 'Score') },
      '(sheet DETECTIONS, cell B1): "Score" is not a column that the template writes to detections, and the value below it would be lost.',
    ],
    [
      'a column twice',
      { 'xl/sharedStrings.xml': swap('verdict_score', 'VERDICT') },
      '(sheet DETECTIONS, cell C1): the column verdict is there twice.',
    ],
    [
      'a header that is calculated',
      { [SCORES]: swap('t="inlineStr"><is><t>Detection_UUID</t></is>', 't="str"><f>"score"</f><v>score</v>') },
      '(sheet Audio scores, cell C3): the header is a formula.',
    ],
    ['no header', { [SCORES]: swap('B3:C4', 'B9:C10') }, '(sheet Audio scores): it has no header row.'],
    [
      'a header far down',
      {
        [SCORES]: (xml) =>
          xml
            .replace('r="3"', 'r="1001"')
            .replaceAll('B3', 'B1001')
            .replaceAll('C3', 'C1001')
            .replace('r="4"', 'r="1002"')
            .replaceAll('4"', '1002"')
            .replace('B1001:C1002', 'B1001:C1002'),
      },
      '(sheet Audio scores): its header is below row 1000.',
    ],
    [
      'a cell beside the columns',
      inFirst('<c r="F4"><v>1</v></c>'),
      '(sheet Audio scores, cell F4): no header is above it.',
    ],
    [
      'a formula among the samples',
      { [SCORES]: swap('<c r="B4"><v>0.5</v>', '<c r="B4"><f>1/2</f><v>0.5</v>') },
      '(sheet Audio scores, cell B4): it is a formula among the sample rows.',
    ],
    [
      'cells below the table',
      { [DETECTIONS]: swap('</row></sheetData>', '</row><row r="9"><c r="A9"><v>1</v></c></row></sheetData>') },
      '(sheet DETECTIONS, cell A9): it is below the table.',
    ],
    [
      'merged cells',
      behind('<mergeCells count="1"><mergeCell ref="B4:C4"/></mergeCells>'),
      '(sheet Audio scores, cell B4:C4): merged cells lie where the rows go.',
    ],
    [
      'a link',
      behind('<hyperlinks><hyperlink ref="B4" location="Overview!A1"/></hyperlinks>'),
      '(sheet Audio scores, cell B4): a link lies where the rows go.',
    ],
    [
      'a filter that is on',
      {
        [SCORES]: swap(
          '<autoFilter ref="B3:C4"/>',
          '<autoFilter ref="B3:C4"><filterColumn colId="0"><filters><filter val="1"/></filters></filterColumn></autoFilter>',
        ),
      },
      '(sheet Audio scores): its filter hides rows.',
    ],
    [
      'totals',
      { 'xl/tables/table1.xml': swap('totalsRowShown="0"', 'totalsRowCount="1"') },
      '(sheet DETECTIONS): its table has a row of totals, which the rows would run into.',
    ],
    [
      'a calculated column that is filled',
      {
        'xl/tables/table1.xml': swap(
          'name="media_type"/>',
          'name="media_type"><calculatedColumnFormula>1</calculatedColumnFormula></tableColumn>',
        ),
      },
      '(sheet DETECTIONS, cell D1): the column media_type is filled, and its table calculates it.',
    ],
    [
      'a table without header',
      { 'xl/tables/table1.xml': swap('totalsRowShown="0"', 'headerRowCount="0"') },
      '(sheet DETECTIONS): its table has no header row.',
    ],
    [
      'two tables',
      { 'xl/worksheets/_rels/sheet2.xml.rels': related('table', '../tables/table1.xml') },
      '(sheet DETECTIONS): it holds two tables.',
    ],
    [
      'the name of a further sheet',
      { [BOOK]: swap('name="Overview"', 'name="audio SCORES (2)"') },
      '(sheet audio SCORES (2)): a long table goes on in a sheet of this name.',
    ],
    [
      'a chart in place of cells',
      { [BOOK_RELS]: swap(`${R}/worksheet" Target="/xl`, `${R}/chartsheet" Target="/xl`) },
      '(sheet DETECTIONS): it is a chart without cells.',
    ],
    [
      'a name of many cells',
      { [BOOK]: swap('Overview!$A$1', 'Overview!$A$1:$B$1') },
      ': the name report_id does not refer to one cell.',
    ],
    [
      'a name among the rows',
      { [BOOK]: swap('Overview!$A$1', 'DETECTIONS!$A$2') },
      '(sheet DETECTIONS, cell A2): the name report_id refers to a cell among the rows.',
    ],
    [
      'two names of one cell',
      { [BOOK]: swap('Overview!$A$1', 'Overview!$C$30') },
      '(sheet Overview, cell C30): two names, one of them report_period, refer to it.',
    ],
  ];
  it.each(cases)('%s', (_, changes, reason) => expect(refusal(excelBook(changes))).toBe(reason));

  it('notes on sample rows, but not on the header', () => {
    const comments = (ref: string): Uint8Array =>
      excelBook({
        'xl/worksheets/_rels/sheet2.xml.rels': related('comments', '../comments1.xml'),
        'xl/comments1.xml': () =>
          `<comments><commentList><comment ref="${ref}" authorId="0"/></commentList></comments>`,
      });
    expect(refusal(comments('B3'))).toBe('(sheet DETECTIONS, cell B3): a note is attached to a sample row.');
    expect(refusal(comments('B1'))).toBe('accepted');
  });

  it('no sheet for any table', () => {
    expect(refusal(excelBook(), [table('metric_nodes', ['node'])])).toBe(
      ': none of its sheets ("Overview", "DETECTIONS", "Audio scores") is named like a table.',
    );
    // Control: one is enough, and tables without a sheet are left out.
    expect(refusal(excelBook(), [table('metric_nodes', ['node']), BOOK_SCORES])).toBe('accepted');
  });

  it('says what was meant', () => {
    const remedyOf = (book: Uint8Array, tables: readonly TableShape[]): string => {
      try {
        checkWorkbook(book, tables);
      } catch (error) {
        if (error instanceof ConfigError) return error.remedy ?? '';
      }
      return 'accepted';
    };
    const typo = excelBook({ 'xl/sharedStrings.xml': swap('<t>ver</t>', '<t>verd</t>') });
    expect(remedyOf(typo, [BOOK_DETECTIONS])).toContain('Did you mean "verdict"?');
    const renamed = excelBook({ [BOOK]: swap('name="DETECTIONS"', 'name="Detection"') });
    expect(remedyOf(renamed, [BOOK_DETECTIONS])).toContain('Did you mean "Detections"?');
  });
});
