import type { Mark, Neighbourhood } from '../en/change.ts';
import type { ReportText } from '../en/index.ts';
import { DE_FORMAT as format } from '../../format.ts';

const { counted, decimal, integer, listed, percent } = format;

export const amendment: ReportText['amendment'] = {
  title: 'Was dieser Nachtrag ändert',
  noticeTitle: 'Nachtrag',
  notice: (id, total) =>
    `Dieser Bericht ist ein Nachtrag zu ${id}, der unverändert gilt. Seit dessen Versiegelung ${total === 1 ? 'unterscheidet' : 'unterscheiden'} sich ${counted(total, 'Prüfung', 'Prüfungen')} des Zeitraums in der Liste. Alles andere steht hier so, wie die Liste es jetzt sagt.`,
  kinds: {
    new: ['Neu', 'war bei der Versiegelung nicht in der Liste'],
    vanished: ['Verschwunden', 'war damals in der Liste und ist es nicht mehr'],
    finished: ['Fertig', 'war damals in Arbeit und ist jetzt abgeschlossen oder fehlgeschlagen'],
    relabelled: ['Neu bezeichnet', 'hat einen anderen Stand, ein anderes Urteil oder eine andere Bezeichnung'],
    rescored: ['Neu bewertet', 'hat einen anderen Wert und dieselben Bezeichnungen'],
    other: ['Sonstiges', 'unterscheidet sich in anderem, etwa in der Löschzeit'],
  },
  countsCaption: 'Unterschiede nach Art',
  countsColumns: ['Art', 'Die Prüfung', 'Prüfungen'],
  total: 'Alle Unterschiede',
  listCaption: 'Die Unterschiede',
  listColumns: ['Prüfung', 'Angelegt (UTC)', 'Art', 'Vorher', 'Jetzt'],
  more: (shown, total) =>
    `Die ersten ${integer(shown)} von ${integer(total)} nach ihrer Kennung; differences.json enthält alle.`,
  columns: (names) => `Auch anders: ${names.join(', ')}`,
  manifest: 'Manifest des Berichts davor',
  basis:
    'Verglichen ist alles, was die Tabellen enthalten, ohne Adressen, die bei jeder Lesung neu unterschrieben werden, und ohne die Zeit der letzten Berührung.',
  limited: (columns) =>
    `Der Bericht davor hat keine Momentaufnahme behalten: Verglichen wurden nur diese Spalten: ${columns.join(', ')}.`,
};

export const combined: ReportText['combined'] = {
  title: 'Teile dieses Berichts',
  intro: (count) =>
    `Dieser Bericht fasst ${integer(count)} versiegelte Berichte aus ihren Momentaufnahmen zusammen; die Liste wurde dafür nicht gelesen. Jeder Teil steht hier, wie er versiegelt wurde.`,
  part: 'Teil',
  detections: 'Prüfungen',
  completeness: 'Vollständigkeit',
  shared: (count) =>
    `${counted(count, 'Prüfung ist', 'Prüfungen sind')} in mehreren Teilen, oder in keinem der Zeiträume und in mehreren Listen. Jede zählt einmal, so wie der zuletzt gelesene Teil sie hat.`,
  amended: (name, id, insteadOf) => `${name}: Der neueste Nachtrag ${id} zählt an Stelle von ${insteadOf}.`,
};

export const change: ReportText['change'] = {
  title: 'Änderung gegenüber dem Bericht davor',
  comment: 'Kommentar',
  notes: 'Anmerkungen',
  trend: {
    period: 'Zeitraum',
    verdicts: 'Urteile je Zeitraum',
    verdictsAlt: (count) => `Gestapelte Säulen der Urteile in ${count} Zeiträumen, der neueste zuletzt.`,
    rates: 'Fälschungsquote je Zeitraum mit ihrem 95-%-Intervall',
    ratesAlt: (parts) => `Fälschungsquote je Zeitraum: ${parts.join(', ')}.`,
    basis: (marked) => {
      const why = ({ name, amended, incomplete, otherPolicy }: Mark): string =>
        `${name} ${listed([
          ...(amended ? ['wurde nachgetragen'] : []),
          ...(incomplete ? ['wurde nicht vollständig gelesen'] : []),
          ...(otherPolicy ? ['hatte eine andere Regel von Bezeichnungen zu Urteilen'] : []),
        ])}`;
      return marked.length === 0
        ? 'Dieser Zeitraum wurde nicht vollständig gelesen.'
        : `Mit Vorsicht zu vergleichen: ${marked.map(why).join('; ')}.`;
    },
  },
  none: 'Kein früherer Lauf ist bekannt: Es gibt nichts zu vergleichen.',
  noFigures: (id) =>
    `Der Lauf ${id} ging voraus, aber sein Manifest enthält keine Zahlen zum Vergleich; über Änderungen ist nichts gesagt.`,
  lead: (id, period, how) => {
    const place: Record<Neighbourhood, string> = {
      same: ': denselben Zeitraum, zu einer anderen Zeit gelesen',
      adjacent: '',
      gap: ': einen Zeitraum vor diesem, mit Tagen dazwischen, die in keinem liegen',
      overlap: ': einen Zeitraum, der sich mit diesem überschneidet; einzelne Prüfungen können in beiden zählen',
      later: ': einen Zeitraum nach diesem',
      open: ': andere Grenzen als dieser Bericht; dieselben Prüfungen können in beiden zählen',
    };
    return `Der Bericht davor, ${id}, umfasst ${period}${place[how]}.`;
  },
  lengths: (before, now) =>
    `Die Zeiträume sind verschieden lang: vorher ${integer(before)} ${before === 1 ? 'Tag' : 'Tage'}, jetzt ${integer(now)} ${now === 1 ? 'Tag' : 'Tage'}. Die Zahlen sind nicht auf Tage umgerechnet.`,
  templates: (before, now) =>
    before === now
      ? 'Die Vorlage wurde dazwischen geändert, ihre Regel von Bezeichnungen zu Urteilen nicht.'
      : `Die Läufe haben verschiedene Vorlagen (vorher ${before}, jetzt ${now}) mit derselben Regel von Bezeichnungen zu Urteilen.`,
  policiesTitle: 'Nicht vergleichbar',
  policies:
    'Die Regel von Bezeichnungen zu Urteilen ist eine andere als vorher. Urteile und Quoten der beiden Läufe bedeuten nicht dasselbe; nur die Zahl der Prüfungen lässt sich vergleichen.',
  incompleteTitle: 'Unvollständige Lesung',
  incomplete: (before, now) =>
    `${before && now ? 'Beide Lesungen sind' : before ? 'Die frühere Lesung ist' : 'Diese Lesung ist'} nicht als vollständig bewiesen: Ein Unterschied kann von Prüfungen kommen, die fehlen.`,
  columns: ['Zahl', 'Vorher', 'Jetzt', 'Änderung'],
  rows: {
    detections: 'Prüfungen',
    audio: 'Ton',
    image: 'Bild',
    video: 'Video',
    other: 'andere Medien',
    completed: 'Abgeschlossen',
    fake: 'als Fälschung markiert',
    real: 'als echt bezeichnet',
    indeterminate: 'nicht entschieden',
    failed: 'Fehlgeschlagen',
    processing: 'Unfertig',
    rate: 'Fälschungsquote',
  },
  difference: (before, now) => {
    if (before === now) return 'unverändert';
    const sign = now > before ? '+' : '−';
    const amount = `${sign}${integer(Math.abs(now - before))}`;
    return before === 0 ? amount : `${amount} (${sign}${percent(Math.abs(now - before) / before)})`;
  },
  points: (before, now) => {
    const points = (now - before) * 100;
    if (Math.abs(points) < 0.05) return before === now ? 'unverändert' : 'weniger als 0,1 Punkte';
    return `${points > 0 ? '+' : '−'}${decimal(Math.abs(points), 1)} Punkte`;
  },
  rate: (before, now, overlap) =>
    `Die Fälschungsquote war ${before[0]} (95-%-Intervall ${before[1]} bis ${before[2]}) und ist ${now[0]} (${now[1]} bis ${now[2]}). Die Intervalle überschneiden sich${overlap ? '' : ' nicht'}; sie sagen, wie ungewiss die Quote durch die Anzahl ist, nicht, warum sie sich ändert.`,
  noRate: 'Nur wenn beide Läufe eine entschiedene Prüfung haben, lassen sich ihre Fälschungsquoten vergleichen.',
};
