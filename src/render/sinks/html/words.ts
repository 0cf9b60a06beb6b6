import type { Language } from '../../../core/template.ts';

/** Words that only the page needs: the report has all others. */
const EN = {
  skip: 'Skip to the report',
  contents: 'Contents',
  register: {
    title: 'Register',
    intro: (total: string): string => `The detections of the period, ${total} in all, in the order of the list.`,
    one: 'The one detection of the period.',
    none: 'No detection was created in the period.',
    cutTitle: 'Cut list',
    cut: (shown: string, total: string, file: string | null): string =>
      `Showing the first ${shown} of ${total} detections; ${file === null ? 'the run wrote no table that lists the others' : `all are in ${file}`}.`,
    caption: 'Detections of the period',
    sortable: '(the buttons in the head sort it)',
    columns: {
      number: 'No.',
      created: 'Created (UTC)',
      file: 'File and detection',
      id: 'Detection',
      medium: 'Medium',
      result: 'Result',
      label: 'Label or message',
      score: 'Score',
    },
    results: {
      fake: 'Fake',
      indeterminate: 'Indeterminate',
      real: 'Real',
      failed: 'Failed',
      processing: 'Processing',
      other: 'Other',
    },
    media: { audio: 'Audio', image: 'Image', video: 'Video', other: 'Other' },
    noMedium: 'not stated',
    noName: '(no file name)',
    emptyName: '(empty file name)',
    nothingAssessed: 'nothing assessed',
    suspected: 'suspected source: ',
    tools: {
      title: 'Search the register',
      search: 'Search',
      result: 'Result',
      medium: 'Medium',
      all: 'All',
      clear: 'Clear',
      /** With `{first}`, `{last}`, `{matching}`, `{total}`. */
      shown: 'Rows {first} to {last} of {matching}; the register holds {total}.',
      none: 'No row matches; the register holds {total}.',
      pages: 'Pages of the register',
      previous: 'Previous',
      next: 'Next',
      /** With `{page}`, `{pages}`. */
      page: 'Page {page} of {pages}',
    },
  },
};

export type Words = typeof EN;

const DE: Words = {
  skip: 'Zum Bericht springen',
  contents: 'Inhalt',
  register: {
    title: 'Verzeichnis',
    intro: (total) => `Die Prüfungen des Zeitraums, zusammen ${total}, in der Reihenfolge der Liste.`,
    one: 'Die eine Prüfung des Zeitraums.',
    none: 'Im Zeitraum wurde keine Prüfung angelegt.',
    cutTitle: 'Gekürzte Liste',
    cut: (shown, total, file) =>
      `Gezeigt werden die ersten ${shown} von ${total} Prüfungen; ${file === null ? 'der Lauf schrieb keine Tabelle mit den übrigen' : `alle stehen in ${file}`}.`,
    caption: 'Prüfungen des Zeitraums',
    sortable: '(die Knöpfe im Kopf sortieren sie)',
    columns: {
      number: 'Nr.',
      created: 'Angelegt (UTC)',
      file: 'Datei und Prüfung',
      id: 'Prüfung',
      medium: 'Medium',
      result: 'Ergebnis',
      label: 'Label oder Meldung',
      score: 'Wert',
    },
    results: {
      fake: 'Fälschung',
      indeterminate: 'Nicht entschieden',
      real: 'Echt',
      failed: 'Fehlgeschlagen',
      processing: 'In Arbeit',
      other: 'Anderes',
    },
    media: { audio: 'Audio', image: 'Bild', video: 'Video', other: 'Anderes' },
    noMedium: 'nicht angegeben',
    noName: '(kein Dateiname)',
    emptyName: '(leerer Dateiname)',
    nothingAssessed: 'nichts zu bewerten',
    suspected: 'vermutete Quelle: ',
    tools: {
      title: 'Das Verzeichnis durchsuchen',
      search: 'Suche',
      result: 'Ergebnis',
      medium: 'Medium',
      all: 'Alle',
      clear: 'Zurücksetzen',
      shown: 'Zeilen {first} bis {last} von {matching}; das Verzeichnis hat {total}.',
      none: 'Keine Zeile passt; das Verzeichnis hat {total}.',
      pages: 'Seiten des Verzeichnisses',
      previous: 'Zurück',
      next: 'Weiter',
      page: 'Seite {page} von {pages}',
    },
  },
};

export const WORDS: Readonly<Record<Language, Words>> = { en: EN, de: DE };
