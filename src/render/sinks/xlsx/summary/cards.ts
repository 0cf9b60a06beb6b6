import type { Tone } from '../../../../core/design.ts';
import type { Report } from '../../../../core/report.ts';
import type { SheetWriter, Styles } from '../styles.ts';

/** Rows of the key figures: label, number, note. */
const LABEL_ROW = 8;
const NUMBER_ROW = 9;
const NOTE_ROW = 10;
/** Between the two halves of the sheet: coloured too, so that the cards form one band. */
const GUTTER_COLUMN = 9;

interface Card {
  readonly columns: readonly [first: number, last: number];
  readonly label: string;
  readonly formula: string;
  readonly value: number | string;
  readonly format: string;
  readonly tone: Tone;
  readonly note: string;
}

/**
 * Adds the key figures. Each is a formula that shows a cell of the tables below, the only source; `cell` gives the
 * address of a table's number by line, `checks` is the range of the check column and `checked` its number of checks.
 */
export function addCards(
  writer: SheetWriter,
  { statistics }: Report,
  cell: (table: string, line: number) => string,
  checks: { readonly range: string; readonly number: number },
  styles: Styles,
): void {
  const { population, verdicts, fake_rate: rate } = statistics;
  const count = '#,##0';
  const decided = rate.of === 0 ? 'none decided' : `${percent(rate.low)} to ${percent(rate.high)} (95 %)`;
  const cards: readonly Card[] = [
    {
      columns: [2, 2],
      label: 'In the period',
      formula: cell('population', 3),
      value: population.in_period,
      format: count,
      tone: 'plain',
      note: `of ${population.unique} unique detections`,
    },
    {
      columns: [3, 4],
      label: 'Completed',
      formula: cell('population', 6),
      value: population.completed,
      format: count,
      tone: 'plain',
      note: `${population.processing} processing, ${population.failed} failed`,
    },
    {
      columns: [5, 6],
      label: 'Fake',
      formula: cell('verdicts', 0),
      value: verdicts.fake,
      format: count,
      tone: 'fake',
      note: '',
    },
    {
      columns: [7, 8],
      label: 'Real',
      formula: cell('verdicts', 1),
      value: verdicts.real,
      format: count,
      tone: 'real',
      note: '',
    },
    {
      columns: [10, 11],
      label: 'Indeterminate',
      formula: cell('verdicts', 2),
      value: verdicts.indeterminate,
      format: count,
      tone: 'indeterminate',
      note: '',
    },
    {
      columns: [12, 13],
      label: 'Fake rate',
      formula: cell('verdicts', 4),
      value: rate.value ?? '–',
      format: '0.0%',
      tone: 'fake',
      note: decided,
    },
    {
      columns: [14, 16],
      label: 'Checks that read OK',
      formula: `COUNTIF(${checks.range},"OK")`,
      value: checks.number,
      format: count,
      tone: 'good',
      note: `of ${checks.number}; each recounts a row of this sheet`,
    },
  ];
  for (const row of [LABEL_ROW, NUMBER_ROW, NOTE_ROW]) writer.blank(row, GUTTER_COLUMN, styles.cardNote);
  for (const card of cards) addCard(writer, card, styles);
  writer.height(LABEL_ROW, 20);
  writer.height(NUMBER_ROW, 32);
  writer.height(NOTE_ROW, 18);
}

function addCard(writer: SheetWriter, card: Card, styles: Styles): void {
  const [first, last] = card.columns;
  const number = styles.card(card.tone, card.format);
  for (let column = first; column <= last; column++) {
    writer.blank(LABEL_ROW, column, styles.cardLabel);
    writer.blank(NUMBER_ROW, column, number);
    writer.blank(NOTE_ROW, column, styles.cardNote);
  }
  writer.text(LABEL_ROW, first, card.label, styles.cardLabel);
  writer.formula(NUMBER_ROW, first, card.formula, card.value, number);
  writer.text(NOTE_ROW, first, card.note, styles.cardNote);
  if (last === first) return;
  for (const row of [LABEL_ROW, NUMBER_ROW, NOTE_ROW]) writer.merge(row, first, last);
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}
