import type { Grain } from '../en/results.ts';
import { DE_FORMAT as format, sentence } from '../../format.ts';
import type { ReportText } from '../en/index.ts';

const { counted, integer, listed, percent, score } = format;

const detections = (count: number): string => counted(count, 'Prüfung', 'Prüfungen');
const one = (count: number, singular: string, plural: string): string => (count === 1 ? singular : plural);
const GRAINS: Readonly<Record<Grain, readonly [per: string, one: string, many: string]>> = {
  day: ['Tag', 'Tag', 'Tagen'],
  month: ['Monat', 'Monat', 'Monaten'],
  year: ['Jahr', 'Jahr', 'Jahren'],
};

export function showing(
  what: string,
  first = 'Die ersten',
): (shown: number, total: number, file: string | null) => string {
  return (shown, total, file) => {
    const rest = file === null ? 'der Lauf hat keine Tabelle mit ihnen geschrieben' : `alle stehen in ${file}`;
    return shown === 0
      ? `Hier nicht aufgeführt: ${integer(total)} (${what}); ${rest}.`
      : `${first} ${integer(shown)} von ${integer(total)} (${what}); ${rest}.`;
  };
}

export const results: ReportText['results'] = {
  noCase: 'kein Fall',
  emptyName: '(leer)',
  labels: {
    caption: 'Bezeichnungen, wie sie kamen',
    undecided: 'Bezeichnungen, die nichts entscheiden',
    intro: 'Die Bezeichnungen zum Ergebnis jedes Teils, wie die Quelle sie schrieb, und wie die Regel sie liest.',
    sum: (completed) =>
      `Ein Video hat eine Bezeichnung für das Bild und eine für die Tonspur; ihre Summe ist daher größer als die ${completed === 1 ? 'eine abgeschlossene Prüfung' : `${integer(completed)} abgeschlossenen Prüfungen`}.`,
    columns: ['Teil', 'Bezeichnung', 'Gelesen als', 'Ergebnisse'],
    unknown: 'nicht entschieden (auf keiner Liste)',
  },
  tracing: {
    caption: 'Herkunft',
    intro: 'Bei Ton, der als Fälschung bezeichnet ist, kann die Quelle den vermuteten Generator nennen.',
    named: (sources) => `Genannt: ${sources.join(', ')}.`,
    basis: 'Das ist ein Hinweis, keine Zuschreibung.',
    unnamed: (count) => `${sentence(counted(count, 'Ergebnis nennt', 'Ergebnisse nennen'))} keinen, sondern „real“.`,
  },
  amongRead: ' unter den gelesenen',
  amongDated: ' unter denen mit lesbarer Anlegezeit',
  series: {
    fake: 'Fälschung',
    indeterminate: 'Nicht entschieden',
    real: 'Echt',
    failed: 'Fehlgeschlagen',
    processing: 'In Arbeit',
    total: 'Summe',
  },
  verdicts: {
    overTime: (grain) => `Prüfungen je ${GRAINS[grain][0]}`,
    overTimeAlt: (total, grain, count, busiest, most) =>
      total === 0
        ? `Gestapelte Säulen je ${GRAINS[grain][0]}: keine Prüfungen in ${integer(count)} ${GRAINS[grain][count === 1 ? 1 : 2]}.`
        : `Gestapelte Säulen der Urteile in ${integer(count)} ${GRAINS[grain][count === 1 ? 1 : 2]}, zusammen ${detections(total)}${busiest === null ? '' : `; die höchste Säule ist ${busiest} mit ${integer(most)}`}. Jede Zahl steht in statistics.json.`,
    elsewhere: (grain, counts, labels) =>
      `Die Anzahlen je ${GRAINS[grain][0]} und je Bezeichnung stehen in ${listed(counts)}${labels === null ? '' : `, die Bezeichnungen jeder Prüfung in ${labels}`}.`,
    axis: { count: 'Prüfungen', day: 'Tag der Anlage', month: 'Monat der Anlage', year: 'Jahr der Anlage' },
    byMedium: 'Prüfungen je Medium',
    table: { day: 'Tag', month: 'Monat', year: 'Jahr', medium: 'Medium', share: 'Fälschungsquote' },
    intro: 'Abgeschlossene Prüfungen nach Urteil; fehlgeschlagene und unfertige sind weder echt noch Fälschung.',
    none: (among) => `Im Zeitraum wurde keine Prüfung angelegt${among}.`,
    otherMedia: (count) => `${integer(count)} andere Medien`,
    noMedium: 'nicht angegeben',
    duration: 'Länge der Medien',
    durationColumns: ['Medium', 'Gemessen', 'Zusammen', 'Mittel', 'Kürzeste', 'Median', '95. Perzentil', 'Längste'],
  },
  scores: {
    intro:
      'Ein Wert liegt zwischen 0 und 1; höher heißt nach dem Urteil des Detektors eher Fälschung. Er ist keine Wahrscheinlichkeit, die an bekannten Medien geprüft wurde, und Werte verschiedener Teile sind nicht vergleichbar. Kein Urteil dieses Berichts folgt aus einem Wert.',
    none: 'Keine abgeschlossene Prüfung hat einen Wert.',
    chart: 'Verteilung der Werte',
    chartAlt: (parts) =>
      `Histogramme der Werte in 20 gleichen Stufen: ${listed(parts.map(({ name, count, median }) => `${name}, ${counted(count, 'Wert', 'Werte')}, Median ${score(median)}`))}. Die Tabelle darunter fasst sie zusammen; statistics.json enthält jede Zahl.`,
    axis: { x: 'Wert', y: 'Ergebnisse' },
    columns: ['Teil', 'Werte', 'Mittel', 'Kleinster', 'Median', '95. Perzentil', 'Größter'],
    table: 'Werte je Teil',
    band: 'Stufe',
    modality: { audio: 'Ton', image: 'Bild', video: 'Video' },
    notAssessed: (count) =>
      count === 0
        ? 'Kein Teil einer abgeschlossenen Prüfung trägt das Zeichen „nichts zu beurteilen“.'
        : `${sentence(counted(count, 'Teil', 'Teile'))} abgeschlossener Prüfungen ${one(count, 'war', 'waren')} nicht zu beurteilen (z. B. ohne Sprache); ${one(count, 'sein Wert ist', 'ihre Werte sind')} in keiner Zahl dieses Abschnitts.`,
  },
  indeterminate: {
    lead: (count, completed, among) => {
      if (completed === 0) return `Keine Prüfung wurde abgeschlossen${among}, also blieb keine unentschieden.`;
      if (count === 0) return `Keine abgeschlossene Prüfung blieb unentschieden${among}.`;
      return `${sentence(detections(count))} von ${integer(completed)} abgeschlossenen (${percent(count / completed)}) ${one(count, 'blieb', 'blieben')} unentschieden: zwischen echt und Fälschung bezeichnet, mit einer Bezeichnung, die die Regel nicht kennt, oder ohne etwas zu beurteilen. Keine Fälschungsquote enthält sie.`;
    },
    showing: showing('nicht entschiedene Prüfungen'),
    caption: 'Nicht entschiedene Prüfungen',
    nothingAssessed: 'nichts beurteilt',
  },
  flagged: {
    lead: (count, among) =>
      count === 0
        ? `Keine Prüfung wurde als Fälschung markiert${among}.`
        : `${sentence(detections(count))} ${one(count, 'wurde', 'wurden')} als Fälschung markiert. Eine Markierung ist das Urteil eines Detektors und verlangt, dass ein Mensch prüft; sie ist kein Beweis.`,
    byDay: (days) => `Nach Tag der Anlage: ${days.join(', ')}.`,
    showing: showing('als Fälschung markierte Prüfungen', 'Die stärksten'),
    caption: 'Als Fälschung markierte Prüfungen',
  },
  failed: {
    lead: (failed, pending, among) => {
      if (failed === 0 && pending === 0) return `Keine Prüfung ist fehlgeschlagen, und keine war in Arbeit${among}.`;
      const first = `${sentence(detections(failed))} ${one(failed, 'ist', 'sind')} fehlgeschlagen`;
      const other = `${detections(pending)} ${one(pending, 'war', 'waren')} beim Lesen der Liste noch in Arbeit`;
      return `${first}; ${other}. ${failed + pending === 1 ? 'Sie hat kein Urteil und zählt' : 'Sie haben kein Urteil und zählen'} nicht als echt.`;
    },
    showingFailed: showing('fehlgeschlagene Prüfungen'),
    showingPending: showing('unfertige Prüfungen'),
    byMessage: 'Fehlgeschlagene Prüfungen nach Meldung',
    failedCaption: 'Fehlgeschlagene Prüfungen',
    pendingCaption: 'Unfertige Prüfungen',
    noMessage: 'keine Meldung',
  },
  register: {
    number: 'Nr.',
    created: 'Angelegt (UTC)',
    file: 'Datei und Prüfung',
    id: 'Prüfung',
    medium: 'Medium',
    label: 'Bezeichnung',
    score: 'Wert',
    decides: '(entscheidet)',
    detections: 'Prüfungen',
    suspected: (source) => `vermutete Herkunft: ${source === '' ? 'leer' : source}`,
    message: 'Meldung der Quelle',
    status: 'Stand',
    statuses: { completed: 'abgeschlossen', failed: 'fehlgeschlagen', processing: 'in Arbeit' },
    deletedAfter: 'Gelöscht nach',
    notDeletedFor: 'Nicht gelöscht seit',
    overdueBy: 'Überfällig um',
    deletedAt: 'Angegebene Löschung (UTC)',
    noName: '(kein Dateiname)',
    emptyName: '(leerer Dateiname)',
  },
};
