import type { Statistics } from '../../../../core/statistics.ts';
import { DE_FORMAT as format, sentence } from '../../format.ts';
import type { ReportText } from '../en/index.ts';
import { showing } from './results.ts';

const { counted, integer, listed, span } = format;

const detections = (count: number): string => counted(count, 'Prüfung', 'Prüfungen');
const spans = ({ count, p50, p95, max }: Statistics['latency_seconds']): string =>
  `${detections(count)}, Median ${span(p50)}, 95. Perzentil ${span(p95)}, längste ${span(max)}`;
const one = (count: number, singular: string, plural: string): string => (count === 1 ? singular : plural);

export const evidence: ReportText['evidence'] = {
  retention: {
    none: 'Im Zeitraum gab es keine Prüfung mit Löschpflicht.',
    undated: (count) =>
      `${sentence(detections(count))} mit Löschpflicht ${one(count, 'hat', 'haben')} keine lesbare Anlegezeit und ${one(count, 'kann', 'können')} zum Zeitraum gehören.`,
    cards: {
      zero: ['Mit Löschpflicht', 'Prüfungen im Zeitraum'],
      deleted: 'Gelöscht',
      processing: ['In Arbeit', 'noch nichts zu löschen'],
      notDeleted: ['Nicht gelöscht', 'fertig, ohne Löschzeit'],
      overdue: ['Überfällig', 'nach der Frist oder gar nicht gelöscht'],
      notMeasured: ['Nicht gemessen', 'unmögliche oder unlesbare Zeiten'],
    },
    late: (late) => (late === null ? 'mit Löschzeit' : `davon ${integer(late)} nach der Frist`),
    times: (times) => `Von der Anlage bis zur Löschung: ${spans(times)}.`,
    noTimes: 'Keine Löschzeit lässt sich mit einer Anlegezeit vergleichen.',
    limit: {
      none: 'Die Vorlage setzt keine Frist für die Löschung.',
      unknown: (limit) => `Die Frist der Vorlage ist ${limit}; keine Löschung war fällig oder ließ sich daran messen.`,
      within: (limit) => `Jede fällige Löschung geschah binnen der Frist von ${limit}.`,
      over: (late, never, limit, open) => {
        const parts = [
          late === 0 ? '' : `${integer(late)} ${one(late, 'wurde', 'wurden')} später gelöscht`,
          never === 0 ? '' : `${integer(never)} ${one(never, 'war', 'waren')} beim Lesen der Liste nicht gelöscht`,
        ].filter((part) => part !== '');
        const more = open === 0 ? '' : ` ${integer(open)} ${one(open, 'ließ', 'ließen')} sich nicht beurteilen.`;
        return `${sentence(detections(late + never))} ${one(late + never, 'überschreitet', 'überschreiten')} die Frist von ${limit}: ${listed(parts)}.${more}`;
      },
      open: (open, limit) =>
        `Ob die Frist von ${limit} eingehalten wurde, ist nicht gezeigt: ${detections(open)} ${one(open, 'ließ', 'ließen')} sich nicht beurteilen. Keine andere ist überfällig.`,
    },
    notDeleted: { caption: 'Nicht gelöscht', showing: showing('Prüfungen ohne Löschzeit') },
    deletedLate: { caption: 'Nach der Frist gelöscht', showing: showing('verspätete Löschungen') },
    notMeasured: { caption: 'Nicht gemessen', showing: showing('Prüfungen mit solchen Zeiten') },
    basis:
      'Löschzeiten sind Angaben des Dienstes; dieser Bericht hat nicht geprüft und kann nicht prüfen, dass keine Kopie besteht.',
  },
  quality: {
    intro: (kept, withheld) => {
      const where = {
        tables:
          ' Ein unbekanntes Feld steht in der Spalte „extra“ der Tabellen, und eine Angabe, die nicht zu ihrem Typ passt, steht dort als Text.',
        snapshot:
          ' Die Tabellen dieses Laufs enthalten solche Angaben nicht; die Momentaufnahme (records.zip) hat sie, wie sie kamen.',
        nowhere:
          ' Dieser Lauf behält weder eine Tabelle noch eine Momentaufnahme mit solchen Angaben: Sie sind hier nur gezählt.',
      }[kept];
      const less = kept === 'tables' && withheld ? ' Private Angaben sind dort zurückgehalten.' : '';
      return `Was die Quelle neben ihrer Dokumentation oder gegen sie sendet.${where}${less}`;
    },
    clean: ({ in_period: inPeriod, undated }) => {
      if (inPeriod === 0) return 'Im Zeitraum gab es keine Prüfung, deren Angaben anzusehen wären.';
      const clean = 'Jede Angabe jeder Prüfung des Zeitraums hatte den dokumentierten Namen und Typ.';
      return undated === 0
        ? clean
        : `${clean} ${sentence(detections(undated))} der Liste ${one(undated, 'hat', 'haben')} keine lesbare Anlegezeit.`;
    },
    unknownLabels: 'Bezeichnungen auf keiner Liste der Regel',
    unknownKeys: 'Felder, die keine Dokumentation nennt',
    coercions: 'Angepasste Angaben',
    withheld: 'Zurückgehaltene private Angaben',
    changedCells: 'In den Tabellen geänderte Zellen',
    changedWhy: (snapshot) =>
      `Damit eine Tabellenkalkulation Daten nicht als Formel ausführt, Privates zurückgehalten wird oder eine Grenze des Formats gewahrt ist, wurden Zellen geändert.${snapshot ? ' Die Momentaufnahme (records.zip) enthält jede Angabe, wie sie kam.' : ''}`,
    columns: {
      label: 'Bezeichnung',
      modality: 'Teil',
      key: 'Feld',
      what: 'Feld: was geschah',
      reason: 'Grund',
      detections: 'Male',
    },
    more: (count) =>
      `${sentence(counted(count, 'weiterer Eintrag steht', 'weitere Einträge stehen'))} in statistics.json.`,
  },
  extraction: {
    intro: (snapshot) =>
      snapshot
        ? 'Aus der Momentaufnahme (records.zip) lässt sich derselbe Bericht noch einmal machen, Byte für Byte.'
        : 'Der Lauf behält keine Momentaufnahme des Gelesenen, der Bericht lässt sich daraus also nicht noch einmal machen.',
    terms: {
      source: 'Quelle',
      read: 'Gelesen',
      asOf: 'Stand des Berichts',
      requests: 'Beantwortete Seiten',
      received: 'Empfangene Prüfungen',
      merkle: 'Merkle-Wurzel der Datensätze',
      template: 'Vorlage',
      tool: 'Gemacht mit',
    },
    read: (from, to) => (from === to ? from : `${from} bis ${to}`),
    requests: ({ requests, concurrency, pageSizes }) =>
      [
        integer(requests),
        `${counted(concurrency, 'Anfrage', 'Anfragen')} zugleich`,
        ...(pageSizes.length === 0 ? [] : [`Seitengrößen ${listed(pageSizes.map(integer))}`]),
      ].join('; '),
    kinds: { api: 'der Dienst', sandbox: 'Sandbox: erzeugt, keine echten Prüfungen', custom: 'eigene Quelle' },
    sandbox: 'Testdaten: Die Prüfungen dieses Berichts hat die Sandbox erzeugt. Sie beschreiben keine echten Medien.',
    received: (received, unique, duplicates) =>
      `${integer(received)} empfangen = ${integer(unique)} verschiedene + ${integer(duplicates)} noch einmal empfangene`,
  },
  attachments: (name) => {
    if (name === 'statistics.json') return 'Die Zahlen, Werte und Zeiten dieses Berichts';
    return name === 'certificate.json'
      ? 'Wie die Liste gelesen wurde, und warum sie vollständig ist oder nicht'
      : `Tabelle ${name} dieses Berichts`;
  },
  latency: {
    times: (times) =>
      `Von der Anlage bis zur letzten Änderung (created_at bis updated_at): ${spans(times)}. Das ist mindestens so lang wie die Analyse, denn jede spätere Änderung zählt mit.`,
    none: 'Keine fertige Prüfung hat sowohl eine Anlegezeit als auch eine Zeit der letzten Änderung.',
  },
  integrity: {
    intro:
      'SHA256SUMS nennt jede andere Datei des Laufs mit ihrem SHA-256, auch diesen Bericht. Die Dateien unten wurden vor dem Satz dieses Berichts versiegelt.',
    none: 'Vor dem Satz dieses Berichts wurde keine Datei versiegelt.',
    caption: 'Dateien des Laufs',
    columns: ['Datei', 'Zeilen', 'Byte', 'SHA-256'],
    attached: (names) => `In diesem PDF als ${one(names.length, 'Anhang', 'Anhänge')}: ${listed(names)}.`,
    leftOut: (names, limit) =>
      names.length === 0
        ? `CSV-Dateien sind bis zusammen ${limit} angehängt.`
        : `CSV-Dateien sind bis zusammen ${limit} angehängt, daher nicht: ${listed(names)}.`,
    howTo: 'Wie zu prüfen ist',
    howToText: (code) =>
      `Im Ordner des Laufs endet jeder dieser Befehle mit dem Code 0, wenn nichts geändert wurde${code === 0 ? '' : `; der letzte mit ${code}, weil die Vollständigkeit nicht bewiesen ist`}. detect-report ist ein Programm für Node.js 20.19 oder neuer, erhältlich von dem, der diesen Bericht gemacht hat; sha256sum gehört zu jedem Linux.`,
    checks: ['sha256sum --check SHA256SUMS', 'detect-report verify .'],
    timestamp:
      'Liegt manifest.json.tsr im Ordner, so bescheinigt darin ein Zeitstempeldienst, wann das Manifest vorlag. Zu prüfen mit den Zertifikaten des Dienstes:',
    again: (placeholder, previous) =>
      `Der letzte macht den Lauf aus der Momentaufnahme noch einmal; jede Datei muss mit der hier gleich sein${placeholder === null ? '' : `. ${placeholder} steht für den Ordner des Laufs ${previous}`}. Eine Unterschrift macht nur, wer den Schlüssel hat: Ohne ihn fehlen dort manifest.json.sig und die Zeile dazu in SHA256SUMS.`,
    withoutSnapshot:
      'Der Lauf behielt keine Momentaufnahme: Die Dateien lassen sich miteinander vergleichen, nicht mit dem, was die Quelle sandte.',
    record: (file) => `Jede Prüfung in ${file} trägt record_sha256: den SHA-256 ihrer Bytes, wie sie kamen.`,
  },
};
