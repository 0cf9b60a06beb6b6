import type { ObligationStatus } from '../../../../core/statistics.ts';
import { DE_FORMAT as format, NO_VALUE, sentence } from '../../format.ts';
import type { ReportText } from '../en/index.ts';

const { counted, decimal, integer, listed } = format;

export const compliance: ReportText['compliance'] = {
  none: 'Die Vorlage nennt keine Pflicht, also wird hier nichts gemessen.',
  lead: (total, counts) => {
    const says: readonly (readonly [ObligationStatus, string])[] = [
      ['not_met', 'nicht erfüllt'],
      ['not_shown', 'nicht gezeigt'],
      ['not_measured', 'nicht gemessen'],
      ['met', 'erfüllt'],
      ['no_case', 'ohne Fall'],
      ['stated', 'angegeben'],
      ['not_applicable', 'nicht zutreffend'],
    ];
    const parts = says.flatMap(([status, words]) => (counts[status] === 0 ? [] : [`${counts[status]} ${words}`]));
    return `${sentence(counted(total, 'Pflicht', 'Pflichten'))}: ${listed(parts)}.`;
  },
  basis: (has) =>
    [
      has('not_shown')
        ? 'Nicht gezeigt: Offene Fälle, eine unvollständige Lesung oder der Rest des Zeitraums könnten die Zahl ändern.'
        : '',
      has('stated') ? 'Angegeben: ohne Ziel, darum nicht beurteilt.' : '',
      'Ein Stand vergleicht Zahl und Ziel der Vorlage; er ist keine rechtliche Beurteilung.',
    ]
      .filter((each) => each !== '')
      .join(' '),
  evidence: (what) => `Von Ihnen: ${what}`,
  caption: 'Pflichten und ihr Stand',
  columns: ['Pflicht', 'Zahl', 'Ziel', 'Stand', 'Welche Prüfungen'],
  statuses: {
    met: '● Erfüllt',
    not_met: '▲ Nicht erfüllt',
    not_shown: '◆ Nicht gezeigt',
    no_case: '– Kein Fall',
    not_measured: '◇ Nicht gemessen',
    stated: '○ Angegeben',
    not_applicable: '– Trifft nicht zu',
  },
  indicators: {
    completeness: 'Vollständigkeit der Lesung',
    detections: 'Prüfungen',
    completed_share: 'Anteil abgeschlossen',
    failed: 'Fehlgeschlagene Prüfungen',
    failed_share: 'Anteil fehlgeschlagen',
    processing: 'Unfertige Prüfungen',
    fake: 'Als Fälschung markiert',
    fake_rate: 'Fälschungsquote',
    indeterminate: 'Nicht entschieden',
    indeterminate_share: 'Anteil nicht entschieden',
    unknown_labels: 'Bezeichnungen auf keiner Liste',
    adjusted_values: 'Angepasste Angaben',
    zero_retention: 'Mit Löschpflicht',
    not_deleted: 'Fertig, noch nicht gelöscht',
    overdue: 'Nach der Frist oder gar nicht gelöscht',
    deleted_late: 'Nach der Frist oder gar nicht gelöscht',
    longest_deletion: 'Längste Zeit bis zur Löschung',
    latency_p95: '95. Perzentil von der Anlage bis zur letzten Änderung',
    accuracy: 'Genauigkeit des Detektors',
  },
  atMost: (target) => `höchstens ${target}`,
  atLeast: (target) => `mindestens ${target}`,
  verdicts: { proven: 'bewiesen', converged: 'übereinstimmend', unproven: 'nicht bewiesen' },
  noTarget: 'keines',
  noValue: (status) => (status === 'not_measured' ? 'nicht gemessen' : NO_VALUE),
  open: (count) => `${integer(count)} ungezählte ${count === 1 ? 'könnte' : 'könnten'} sie ändern`,
  point: (status, name, value, target) => {
    const words = { not_met: 'Nicht erfüllt', not_shown: 'Nicht gezeigt', not_measured: 'Nicht gemessen' };
    return `${words[status]}: ${name} (${value}, Ziel ${target}).`;
  },
};

export const method: ReportText['method'] = {
  intro: 'Wie ein Urteil entsteht und wie die Zahlen berechnet sind. Die Regel ist Teil der Vorlage und des Manifests.',
  steps: (policy) => [
    'Nur eine abgeschlossene Prüfung hat ein Urteil. Fehlgeschlagene und unfertige sind eigene Mengen.',
    'Eine Prüfung hat bis zu drei Teile: Ton, Bild und das Bild eines Videos. Die Bezeichnung jedes Teils wird nach den Listen unten gelesen; Groß- und Kleinschreibung, Leerzeichen außen und der Unterschied zwischen Leerzeichen, „_“ und „-“ zählen nicht.',
    `Ein Teil mit dem Wert ${String(policy.notAssessedScore)} hatte nichts zu beurteilen, etwa Musik ohne Sprache. Er hat keine Stimme, und sein Wert ist in keinem Mittel.`,
    'Der schwerste Teil entscheidet: Fälschung vor nicht entschieden vor echt.',
    'Eine Bezeichnung auf keiner Liste, oder kein beurteilter Teil, heißt nicht entschieden.',
    'Kein Urteil folgt aus einem Wert, und kein Wert wird neu berechnet.',
  ],
  policy: (name) => `Regel „${name}“`,
  policyColumns: ['Urteil', 'Bezeichnungen'],
  noLabels: 'keine Bezeichnung',
  definitions: 'Begriffe',
  terms: (timezone, open) => [
    [
      'Zeitraum',
      open
        ? 'Jede Prüfung mit einer Anlegezeit, wann auch immer.'
        : `Von 0 Uhr des ersten Tages bis 24 Uhr des letzten, in der Zeitzone ${timezone}.`,
    ],
    ['Zeiten', `Zeitpunkte sind UTC. Tage sind Kalendertage der Zeitzone ${timezone}.`],
    [
      'Überfällig',
      'Nach der Frist gelöscht, oder fertig, nicht gelöscht und beim Lesen der Liste älter als die Frist.',
    ],
    ['Fälschungsquote', 'Fälschung / (Fälschung + echt). Alle anderen Prüfungen sind in keinem von beiden.'],
    [
      '95-%-Intervall',
      'Intervall der Fälschungsquote nach Wilson. Es sagt, wie ungewiss die Quote durch die Anzahl ist, nicht durch den Detektor.',
    ],
    [
      'Median, Perzentile',
      'Der kleinste Wert, den mindestens die Hälfte oder 95 % der Werte nicht überschreiten: immer einer, der vorkam. Genau bis 10.000 verschiedene Werte, darüber auf 0,2 %.',
    ],
    [
      'Zahlen',
      'Ab der Hälfte aufgerundet. Ein Anteil, der nicht null ist, steht nie als 0,0 %. Ein Strich (–): nichts anzugeben. statistics.json enthält jede Zahl genau.',
    ],
    [
      'Fremde Texte',
      'Auf 300 Zeichen gekürzt (…). Steuerzeichen, und im PDF Zeichen, die keine Schrift hat, stehen als ihr Code, etwa [U+202E].',
    ],
  ],
  limitations: [
    'Ein Urteil ist die Ausgabe eines Detektors. Es beweist weder, dass Medien echt noch dass sie gefälscht sind, und ist keine Feststellung über eine Person.',
    'Die Genauigkeit des Detektors ist nur angegeben, soweit Menschen nachgeprüft haben, im Abschnitt zur Nachprüfung; über andere Medien oder einen anderen Zeitraum sagt sie nichts.',
    'Die Fälschungsquote beschreibt die im Zeitraum eingereichten Medien. Sie ist keine Schätzung für andere.',
    'Der Bericht zeigt die Liste, wie sie beim Lesen war. Vorher gelöschte Prüfungen stehen nicht darin; unfertige können inzwischen abgeschlossen sein.',
    'Die Liste ist die eines Teams, soweit dessen Schlüssel sie sieht.',
    'Bezeichnungen, Werte, Längen, Dateinamen, Meldungen und Löschzeiten sind Angaben des Dienstes oder der Einreichenden. Sie sind wiedergegeben, nicht geprüft.',
    'Dieser Bericht sagt, was die Daten zeigen. Er bescheinigt nicht die Einhaltung eines Gesetzes, einer Norm oder eines Vertrags.',
  ],
  score: (value) => decimal(value, 3),
};

export const signOff: ReportText['signOff'] = {
  statement: 'Die Unterzeichnenden haben diesen Bericht gelesen und nehmen seinen Inhalt zur Kenntnis.',
  report: (id) => `Kennung des Berichts: ${id}.`,
  roles: ['Erstellt von', 'Geprüft von', 'Freigegeben von'],
  caption: 'Unterschriften',
  columns: ['Rolle', 'Name', 'Datum', 'Unterschrift'],
  note: 'Auf Papier oder in einer Kopie auszufüllen: Wer diese Datei ändert, bricht ihr Siegel.',
};
