import type { ReportText } from '../en/index.ts';
import { DE_FORMAT as format, sentence } from '../../format.ts';

const { counted, integer, percent } = format;

const detections = (count: number): string => counted(count, 'Prüfung', 'Prüfungen');
const one = (count: number, singular: string, plural: string): string => (count === 1 ? singular : plural);

export const summary: ReportText['summary'] = {
  held: ({ in_period: count, undated }, periodText, verdict) => {
    const what =
      periodText === null
        ? `${one(count, 'steht', 'stehen')} in der Liste`
        : `${one(count, 'wurde', 'wurden')} im Zeitraum ${periodText} angelegt`;
    const read = verdict === 'unproven' ? ', soweit die Liste gelesen wurde' : '';
    const more = one(
      undated,
      'Eine weitere ohne lesbare Anlegezeit kann',
      `Weitere ${integer(undated)} ohne lesbare Anlegezeit können`,
    );
    const unknown = undated === 0 ? '' : ` ${more} dazugehören.`;
    return `${sentence(detections(count))} ${what}${read}.${unknown}`;
  },
  verdicts: ({ fake, real, indeterminate }) =>
    `${integer(fake)} als Fälschung markiert, ${integer(real)} als echt, ${integer(indeterminate)} nicht entschieden.`,
  rate: (rate) => {
    if (rate.of === 0 || rate.value === null) return 'Keine wurde entschieden, also gibt es keine Fälschungsquote.';
    if (rate.of === 1) return 'Nur eine wurde entschieden; eine Quote über eine sagt nichts über andere.';
    return `Die Fälschungsquote ist ${percent(rate.value)} der ${integer(rate.of)} entschiedenen (95-%-Intervall ${percent(rate.low)} bis ${percent(rate.high)}).`;
  },
  cards: {
    detections: 'Prüfungen',
    rate: 'Fälschungsquote',
    indeterminate: 'Nicht entschieden',
    notDeleted: 'Nicht gelöscht',
    open: (failed, processing) =>
      `jede einmal gezählt; ${integer(failed)} fehlgeschlagen, ${integer(processing)} in Arbeit`,
    interval: (rate, fake) =>
      rate.of === 0
        ? 'keine entschieden'
        : `${integer(fake)} von ${integer(rate.of)} entschiedenen; 95-%-Intervall ${percent(rate.low)} bis ${percent(rate.high)}`,
    share: (share, completed) =>
      completed === 0 ? 'keine abgeschlossene Prüfung' : `${share} von ${integer(completed)} abgeschlossenen`,
    retention: ({ zero_retention: zero, overdue, late }) =>
      zero === 0
        ? 'keine mit Löschpflicht'
        : `von ${integer(zero)} mit Löschpflicht${overdue === null ? '' : overdue === 0 ? '; keine nach der Frist' : `; ${integer(overdue)} nach der Frist, ${integer(late ?? 0)} spät gelöscht`}`,
    change: (difference, before) => `${difference} seit ${before ?? 'dem Bericht davor'}`,
  },
  action: (shown, all) =>
    shown === all ? 'Was zu tun ist' : `Was zu tun ist: die ${integer(shown)} wichtigsten von ${integer(all)} Punkten`,
  noAction: (inPeriod) =>
    inPeriod === 0
      ? 'Nichts: Der Zeitraum wurde vollständig gelesen und enthält keine Prüfung.'
      : 'Nichts: Die Liste wurde vollständig gelesen, nichts ist markiert und nichts überfällig.',
  points: {
    unproven:
      'Die Liste wurde nicht vollständig gelesen: Prüfungen können fehlen. Lesen Sie sie noch einmal, bevor Sie sich auf eine Zahl verlassen.',
    notProven: 'Die Vollständigkeit ist nicht bewiesen, auch wenn eine zweite Lesung dieselben Prüfungen ergab.',
    overdue: (all, late, never, limit) =>
      `${sentence(detections(all))} ${one(all, 'wurde', 'wurden')} nicht binnen ${limit} gelöscht: ${integer(late)} später, ${integer(never)} gar nicht.`,
    notDeleted: (count, limit) =>
      `${sentence(detections(count))} mit Löschpflicht ${one(count, 'ist', 'sind')} nicht gelöscht${limit === null ? '' : `; die Frist von ${limit} war beim Lesen noch nicht vorbei`}.`,
    deletionNotMeasured: (count) =>
      `Bei ${counted(count, 'Prüfung', 'Prüfungen')} ließ sich die Zeit bis zur Löschung nicht messen: Die Zeiten sind unmöglich oder unlesbar.`,
    undated: (count, open) =>
      `${sentence(detections(count))} ${one(count, 'hat', 'haben')} keine lesbare Anlegezeit${open ? '' : ` und ${one(count, 'kann', 'können')} zum Zeitraum gehören`}; keine Tabelle und keine Zahl enthält sie.`,
    emptyAfter: (before) =>
      `Der Zeitraum enthält keine Prüfung, der davor ${integer(before)}. Prüfen Sie, ob der Dienst in Gebrauch war und ob der Schlüssel dasselbe Team sieht.`,
    flagged: (count) =>
      `${sentence(detections(count))} ${one(count, 'ist', 'sind')} als Fälschung markiert; ein Mensch muss sie prüfen.`,
    failed: (count) =>
      `${sentence(detections(count))} ${one(count, 'ist', 'sind')} fehlgeschlagen: Reichen Sie ${one(count, 'das Medium', 'die Medien')} noch einmal ein.`,
    processing: (count) =>
      `${sentence(detections(count))} ${one(count, 'war', 'waren')} noch in Arbeit; ein späterer Bericht hat das Ergebnis.`,
    unknownLabels: (count) =>
      `${sentence(counted(count, 'Bezeichnung', 'Bezeichnungen'))} ${one(count, 'steht', 'stehen')} nicht in der Regel und ${one(count, 'gilt', 'gelten')} als nicht entschieden.`,
  },
};
