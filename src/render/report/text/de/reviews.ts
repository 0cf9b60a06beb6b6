import type { Estimate } from '../../../../core/reviews.ts';
import { DE_FORMAT as format, sentence } from '../../format.ts';

const { counted, integer, percent } = format;

const detections = (count: number): string => counted(count, 'Prüfung', 'Prüfungen');

const why: Readonly<Record<Exclude<Estimate['why'], null>, string>> = {
  no_case: 'nicht gemessen',
  one_verdict_only: 'nicht schätzbar: nur ein Urteil wurde nachgeprüft',
  stratum_without_review: 'nicht schätzbar: eine Schicht ist nicht nachgeprüft',
  not_informative: 'nicht schätzbar: nicht besser als Zufall',
};

export const reviews = {
  notMeasured:
    'Nicht gemessen. Zu keiner Prüfung dieses Zeitraums liegt eine Nachprüfung vor; über die Genauigkeit des Detektors lässt sich nichts sagen.',
  lead: (reviewed: number, completed: number): string =>
    `Menschen haben ${detections(reviewed)} von ${integer(completed)} abgeschlossenen des Zeitraums nachgeprüft. Ihr Befund steht neben dem Urteil und ersetzt es nie.`,
  unmatched: (count: number, shown: readonly string[]): string =>
    `${sentence(counted(count, 'UUID', 'UUIDs'))} der Datei ${count === 1 ? 'gehört' : 'gehören'} nicht zu diesem Zeitraum: ${shown.join(', ')}${count > shown.length ? ', …' : ''}.`,
  basis: (weighting: 'none' | 'strata', ambiguous: number, undecided: number): string =>
    [
      weighting === 'strata'
        ? 'Jede Nachprüfung zählt für ihren Anteil an der Schicht, aus der sie gezogen wurde: Verhältnisschätzung nach Schichten (Cochran 1977), mit Wilsons 95-%-Intervall für die wirksame Zahl der Fälle (Kott und Carr 1997).'
        : 'Anteile der nachgeprüften Prüfungen allein, mit Wilsons 95-%-Intervall. Für den Lauf gelten sie nur, wenn die nachgeprüften zufällig aus allen gezogen wurden.',
      `In keiner Quote: ${detections(ambiguous)}, deren Wahrheit offen blieb, und ${integer(undecided)} mit einer Antwort, aber ohne entschiedenes Urteil.`,
    ].join(' '),
  rates: 'Genauigkeit des Detektors nach Nachprüfung',
  rateColumns: ['Größe', 'Alle'],
  names: {
    accuracy: 'Genauigkeit',
    precision: 'Präzision',
    recall: 'Trefferquote',
    false_positive_rate: 'Falsch-Positiv-Rate',
    false_negative_rate: 'Falsch-Negativ-Rate',
  },
  estimate: ({ value, low, high, of, why: reason }: Estimate): string =>
    reason !== null ? why[reason] : `${percent(value)} (${percent(low)} bis ${percent(high)}), n = ${integer(of)}`,
  confusion: 'Urteil und Wahrheit',
  confusionColumns: ['Urteil', 'KI-erzeugt', 'Echt'],
  verdicts: { fake: 'Fälschung', real: 'Echt' },
  prevalence: (raw: string, corrected: string): string =>
    `Anteil der Fälschungen: ${raw} nach dem Detektor; um seine Fehler berichtigt (Rogan und Gladen 1978): ${corrected}.`,
  agreement: (one: string, other: string, of: number, agreed: string, kappa: string): string =>
    `${one} und ${other} haben beide ${detections(of)} nachgeprüft und sind sich bei ${agreed} einig; Cohens Kappa ${kappa}.`,
  anonymous: '(ohne Namen)',
  kappa: ({ value, low, high, why: reason }: Estimate, score: (value: number | null) => string): string =>
    reason !== null ? why[reason] : `${score(value)} (${score(low)} bis ${score(high)})`,
  strata: 'Schichten der Stichprobe',
  strataColumns: ['Schicht', 'Prüfungen', 'Gezogen', 'Nachgeprüft'],
  casework: 'Fallbearbeitung',
  noCases: 'Keine Meldung, Maßnahme oder Beschwerde ist verzeichnet.',
  caseColumns: ['Größe', 'Wert'],
  cases: {
    notices: 'Prüfungen mit Meldung',
    within: (limit: string): string => `Bearbeitet innerhalb von ${limit}`,
    median: 'Median der Zeit bis zur Maßnahme',
    overdue: 'Überfällig',
    open: 'Offen, innerhalb der Frist',
    notMeasured: 'Nicht gemessen: Maßnahme vor der Meldung',
    actions: 'Prüfungen mit Maßnahme',
    full: 'Allein maschinell entschieden',
    partial: 'Teilweise maschinell entschieden',
    no: 'Von Menschen entschieden',
    appeals: 'Beschwerden',
    upheld: 'Beschwerden: Entscheidung bestätigt',
    partially_reversed: 'Beschwerden: Entscheidung teilweise aufgehoben',
    reversed: 'Beschwerden: Entscheidung aufgehoben',
    omitted: 'Beschwerden: Entscheidung unterblieben',
    pending: 'Beschwerden: offen',
    appealMedian: 'Median der Zeit bis zur Entscheidung über eine Beschwerde',
  },
  share: (value: number | null, of: number): string => `${percent(value)} von ${integer(of)} fälligen`,
  overdue: 'Überfällige Fälle, die längsten zuerst',
  overdueColumns: ['Prüfung', 'Zeit seit der Meldung', 'Stand'],
  acted: (acted: boolean): string => (acted ? 'verspätet bearbeitet' : 'nicht bearbeitet'),
  more: (shown: number, total: number): string =>
    `Gezeigt: ${integer(shown)} von ${integer(total)} überfälligen Fällen; alle stehen in reviews.csv.`,
} as const;

export const provenance = {
  title: 'Kennzeichen der Herkunft',
  intro:
    'Ob ein C2PA-Manifest oder ein Wasserzeichen sagt, woher die Medien kommen. Keines: eine Suche fand nichts. Unbekannt: Keine Suche wurde verlangt, oder ihr Ergebnis fehlt; das heißt nicht, dass kein Kennzeichen da ist.',
  byMedium: 'Nach Medium und Urteil',
  medium: 'Medium und Urteil',
  bySignal: 'Nach Art des Kennzeichens',
  signal: 'Kennzeichen',
  columns: { marked: 'Gefunden', not_marked: 'Keines', unknown: 'Unbekannt' },
  none: 'noch keines',
  signals: { c2pa: 'C2PA-Manifest', watermark: 'Wasserzeichen', synthid: 'SynthID' },
} as const;
