import type { Workbook } from 'exceljs';
import type { Report } from '../../../core/report.ts';
import type { ColumnType, TableShape } from '../../../core/table.ts';
import { PAGE, SheetWriter, type Styles } from './styles.ts';

export const DICTIONARY_SHEET = 'Data dictionary';

/** What a cell of each type of column holds, for people. */
const TYPE_WORDS: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'TRUE or FALSE',
  timestamp: 'date and time, UTC',
  json: 'JSON text',
};
const HEADS = ['Sheet', 'Column', 'Holds', 'Private', 'From', 'Meaning'];
const WIDTHS: readonly number[] = [16, 30, 20, 9, 40, 90];

/** Adds one sentence on every column of the data sheets, from the descriptions in the columns' definitions. */
export function addDictionarySheet(workbook: Workbook, tables: readonly TableShape[], styles: Styles): void {
  const sheet = workbook.addWorksheet(DICTIONARY_SHEET, {
    views: [{ state: 'frozen', ySplit: 1, showGridLines: false }],
    pageSetup: { ...PAGE, orientation: 'landscape', printTitlesRow: '1:1' },
  });
  const writer = new SheetWriter(sheet);
  for (const [index, width] of WIDTHS.entries()) sheet.getColumn(index + 1).width = width;
  for (const [index, head] of HEADS.entries()) writer.text(1, index + 1, head, styles.columnHead);
  writer.height(1, 22);
  let row = 2;
  for (const table of tables) {
    for (const column of table.columns) {
      const holds = TYPE_WORDS[column.type];
      const cells = [table.title, column.name, holds, column.private ? 'yes' : 'no', column.path, column.description];
      for (const [index, text] of cells.entries()) writer.text(row, index + 1, text, styles.text);
      row += 1;
    }
  }
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: row - 1, column: HEADS.length } };
}

const LABEL = 2;
const VALUE = 3;
/** Gaps beyond this many are counted, not listed; `extraction.json` has them all. */
const OPEN_PLACES_SHOWN = 100;

type Facts = readonly (readonly [label: string, value: string | number | null])[];

/** Adds the record of how the list was read, and of its completeness. */
export function addExtractionSheet(workbook: Workbook, report: Report, styles: Styles): void {
  const sheet = workbook.addWorksheet('Extraction', {
    views: [{ showGridLines: false, state: 'normal' }],
    pageSetup: { ...PAGE, orientation: 'portrait' },
  });
  const writer = new SheetWriter(sheet);
  for (const [index, width] of [2, 36, 90].entries()) sheet.getColumn(index + 1).width = width;
  writer.text(2, LABEL, 'Extraction', styles.title);
  writer.height(2, 32);
  const number = { ...styles.text, numFmt: '#,##0', alignment: { horizontal: 'left' } } as const;
  let row = 4;
  for (const [title, facts] of sections(report)) {
    writer.text(row, LABEL, title, styles.tableTitle);
    writer.height(row, 22);
    row += 1;
    for (const [label, value] of facts) {
      writer.text(row, LABEL, label, styles.text);
      if (typeof value === 'number') writer.number(row, VALUE, value, number);
      else writer.text(row, VALUE, value ?? '–', styles.text);
      row += 1;
    }
    row += 1;
  }
}

function sections(report: Report): readonly (readonly [string, Facts])[] {
  const { certificate: c, extraction: x, files } = report;
  const places = c.openPlaces.slice(0, OPEN_PLACES_SHOWN);
  const left = c.openPlaces.length - places.length;
  return [
    [
      'Completeness',
      [
        ['Verdict', c.verdict],
        ['Speaks of', c.claimedPeriod === undefined ? 'the whole list' : spanText(c.claimedPeriod)],
        ...(c.seekGivenUp === undefined ? [] : [['Period alone: not possible', c.seekGivenUp] as const]),
        ['Why', c.reason],
        ['Order observed', c.orderObserved],
        ['Passes over the list', c.passes],
        ['Windows', c.windows],
        ['Repairs', c.repairs],
        ['Places without a link between windows', c.openPlaces.length],
        ...places.map((place, index): [string, string] => [
          `Open place ${index + 1}`,
          `between ${place.afterUuid ?? 'the head of the list'} and ${place.beforeUuid ?? 'its end'}: ${place.why}`,
        ]),
        ...(left > 0 ? [['Open places not listed here', left] as const] : []),
      ],
    ],
    [
      'Source',
      [
        ['Kind', x.source.kind],
        ['Location', x.source.location],
        ['Read from', c.startedAt],
        ['Read until', c.endedAt],
        ['Requests answered with a page', c.requests],
        ['Page sizes', c.pageSizes.join(', ')],
        ['Requests at a time', c.concurrency],
        ['Total according to the first page', c.totalCountFirst],
        ['Total according to the last page', c.totalCountLast],
      ],
    ],
    [
      'Records',
      [
        ['Received', c.received],
        ['Unique', c.unique],
        ['Duplicates', c.duplicates],
        ['Seen added while the list was read, at least', c.appeared],
        ['Seen removed while the list was read', c.vanished],
        ['Seen changed while the list was read', c.changed],
      ],
    ],
    [
      'Request',
      [
        ['Template', x.requested.template],
        ['SHA-256 of the template', x.requested.templateSha256],
        ['From', x.requested.from],
        ['To, not included', x.requested.to],
        ['Time zone', x.requested.timezone],
      ],
    ],
    [
      'Evidence',
      [
        ['Report', report.id],
        ['Made by', `${report.tool.name} ${report.tool.version}`],
        ['Read by', `${x.tool.name} ${x.tool.version}`],
        ['Root of the Merkle tree over the records', x.merkleRoot],
        ...files.map(({ name, sha256 }): [string, string] => [`SHA-256 of ${name}`, sha256]),
      ],
    ],
  ];
}

function spanText({ from, to }: NonNullable<Report['certificate']['claimedPeriod']>): string {
  return `created from ${from ?? 'the beginning'} up to, not including, ${to ?? 'any later time'}`;
}
