import { DE_FORMAT as format, sentence } from '../../format.ts';
import type { ReportText } from '../en/index.ts';
import { showing } from './results.ts';

const { counted, integer, listed } = format;

const detections = (count: number): string => counted(count, 'Prüfung', 'Prüfungen');
const one = (count: number, singular: string, plural: string): string => (count === 1 ? singular : plural);

export const evidence: ReportText['evidence'] = {
  retention: {
    lead: ({ zero_retention: zero, not_deleted: notDeleted, processing, not_measured, undated }) => {
      const unknown =
        undated === 0
          ? ''
          : ` ${sentence(detections(undated))} mit Löschpflicht ${one(undated, 'hat', 'haben')} keine lesbare Anlegezeit und ${one(undated, 'kann', 'können')} zum Zeitraum gehören.`;
      if (zero === 0) return `Im Zeitraum gab es keine Prüfung mit Löschpflicht.${unknown}`;
      const parts = [`${sentence(detections(zero))} des Zeitraums ${one(zero, 'hat', 'haben')} eine Löschpflicht.`];
      if (notDeleted > 0)
        parts.push(
          `${sentence(detections(notDeleted))} ${one(notDeleted, 'ist', 'sind')} fertig, aber ohne Löschzeit.`,
        );
      else if (zero > processing + not_measured) parts.push('Jede fertige hat eine Löschzeit.');
      if (processing > 0)
        parts.push(
          `${sentence(detections(processing))} ${one(processing, 'ist', 'sind')} nicht fertig: Noch sagt nichts, wann die Datei gelöscht sein soll.`,
        );
      if (not_measured > 0)
        parts.push(`Bei ${integer(not_measured)} sind die Zeiten unmöglich oder unlesbar, gemessen wurde nichts.`);
      return parts.join(' ') + unknown;
    },
    cards: {
      zero: ['Mit Löschpflicht', 'Prüfungen im Zeitraum'],
      deleted: 'Gelöscht',
      processing: ['In Arbeit', 'noch nichts zu löschen'],
      notDeleted: ['Nicht gelöscht', 'fertig, ohne Löschzeit'],
      overdue: ['Überfällig', 'nach der Frist oder gar nicht gelöscht'],
      notMeasured: ['Nicht gemessen', 'unmögliche oder unlesbare Zeiten'],
    },
    late: (late) => (late === null ? 'mit Löschzeit' : `davon ${integer(late)} nach der Frist`),
    table: 'Zeit von der Anlage bis zur Löschung',
    columns: ['Prüfungen', 'Median', '95. Perzentil', 'Längste'],
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
        const more = open === 0 ? '' : ` ${integer(open)} ließen sich nicht beurteilen.`;
        return `${sentence(detections(late + never))} ${one(late + never, 'überschreitet', 'überschreiten')} die Frist von ${limit}: ${listed(parts)}.${more}`;
      },
      open: (open, limit) =>
        `Ob die Frist von ${limit} eingehalten wurde, ist nicht gezeigt: ${detections(open)} ließen sich nicht beurteilen. Keine andere ist überfällig.`,
      titles: { within: 'Binnen der Frist', over: 'Über der Frist', open: 'Nicht gezeigt' },
    },
    notDeleted: { caption: 'Nicht gelöscht', showing: showing('Prüfungen ohne Löschzeit') },
    deletedLate: { caption: 'Nach der Frist gelöscht', showing: showing('verspätete Löschungen') },
    notMeasured: { caption: 'Nicht gemessen', showing: showing('Prüfungen mit solchen Zeiten') },
    basis:
      'Überfällig ist, was nach der Frist gelöscht wurde, und was fertig, nicht gelöscht und beim Lesen der Liste älter als die Frist war. Löschzeiten sind Angaben des Dienstes; dieser Bericht hat nicht geprüft und kann nicht prüfen, dass keine Kopie besteht.',
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
    changedIntro: (snapshot) =>
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
      `Wo und wie die Liste gelesen wurde. ${snapshot ? 'Aus der Momentaufnahme (records.zip) lässt sich derselbe Bericht noch einmal machen, Byte für Byte.' : 'Der Lauf behält keine Momentaufnahme des Gelesenen, der Bericht lässt sich daraus also nicht noch einmal machen.'}`,
    terms: {
      source: 'Quelle',
      period: 'Zeitraum',
      started: 'Beginn der Lesung',
      ended: 'Ende der Lesung',
      asOf: 'Stand des Berichts',
      requests: 'Beantwortete Seiten',
      concurrency: 'Anfragen zugleich',
      pageSizes: 'Seitengrößen',
      received: 'Empfangene Prüfungen',
      merkle: 'Merkle-Wurzel der Datensätze',
      template: 'Vorlage',
      tool: 'Gemacht mit',
      id: 'Kennung des Berichts',
    },
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
    title: 'Von der Anlage bis zur letzten Änderung',
    intro:
      'Von abgeschlossenen und fehlgeschlagenen Prüfungen: von created_at bis updated_at, wie die Quelle sie angibt. Mindestens so lang wie die Analyse, denn jede spätere Änderung zählt mit.',
    none: 'Keine fertige Prüfung hat sowohl eine Anlegezeit als auch eine Zeit der letzten Änderung.',
    columns: ['Prüfungen', 'Median', '95. Perzentil', 'Längste'],
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
