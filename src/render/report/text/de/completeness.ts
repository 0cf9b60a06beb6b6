import { type Certificate, standsOnRecord } from '../../../../core/certificate.ts';
import type { ReportText } from '../en/index.ts';
import { DE_FORMAT as format } from '../../format.ts';

const { counted, dayText, integer } = format;

const STATUS = {
  proven: {
    stamp: 'VOLLSTÄNDIG',
    title: 'Vollständig',
    text: 'Jede Prüfung, die von der ersten bis zur letzten Anfrage in der Liste stand, wurde genau einmal gelesen.',
  },
  converged: {
    stamp: 'ÜBEREINSTIMMEND',
    title: 'Übereinstimmend',
    text: 'Eine weitere volle Lesung der Liste ergab dieselben Prüfungen, aber die Vollständigkeit ließ sich nicht beweisen.',
  },
  unproven: {
    stamp: 'UNVOLLSTÄNDIG',
    title: 'Unvollständig',
    text: 'Die Vollständigkeit ließ sich nicht beweisen: In diesem Bericht können Prüfungen fehlen.',
  },
} as const;

const STATUS_OF_PARTS = {
  proven: {
    ...STATUS.proven,
    text: 'Jeder Teil dieses Berichts wurde vollständig gelesen, und jede Prüfung zählt einmal.',
  },
  converged: {
    ...STATUS.converged,
    text: 'Jeder Teil wurde ohne Unterschied noch einmal gelesen oder ist bewiesen; nicht alle ließen sich beweisen.',
  },
  unproven: {
    ...STATUS.unproven,
    text: 'Mindestens bei einem Teil ließ sich die Vollständigkeit nicht beweisen: In diesem Bericht können Prüfungen fehlen.',
  },
};

export const completeness: ReportText['completeness'] = {
  status: (certificate) => {
    const { verdict, claim } = certificate;
    if (standsOnRecord(certificate)) {
      return {
        stamp: 'ZWEIMAL GELESEN',
        title: 'Zweimal gelesen',
        text: 'Nach ihrem Protokoll wurde die Liste zweimal gelesen, und beide Lesungen ergaben dieselben Prüfungen, genau so viele, wie die Liste zählte. Die Momentaufnahme behält jede Prüfung einmal, ihre Seiten können das also nicht noch einmal zeigen.',
      };
    }
    if (claim === 'parts') return STATUS_OF_PARTS[verdict];
    if (claim !== 'period' || verdict !== 'proven') return STATUS[verdict];
    const text =
      'Jede Prüfung des Zeitraums, die von der ersten bis zur letzten Anfrage in der Liste stand, wurde genau einmal gelesen. Der Rest der Liste wurde nicht gelesen.';
    return { ...STATUS.proven, text };
  },
  stamps: {
    preliminary: 'VORLÄUFIG',
    amendment: (id, number) => `NACHTRAG ${number ?? ''} zum Bericht ${id}`.replace('  ', ' '),
    generated: 'ERZEUGTE DATEN',
  },
  readOn: (day) => `Gelesen am ${dayText(day)} (UTC).`,
  unfinished: {
    title: 'Der Zeitraum ist nicht vorbei',
    short: ({ daysToGo }) => `Der Zeitraum endet ${counted(daysToGo, 'Tag', 'Tage')} nach dem Lesen der Liste.`,
    text: ({ to, daysToGo }) =>
      `Beim Lesen der Liste war der Zeitraum nicht vorbei: Er endet vor dem ${dayText(to)}, ${counted(daysToGo, 'Tag', 'Tage')} später. Was danach angelegt wurde, steht nicht in diesem Bericht.`,
  },
  undated: (count) =>
    `${counted(count, 'Prüfung hat', 'Prüfungen haben')} keine lesbare Anlegezeit und ${count === 1 ? 'ist' : 'sind'} in keiner Zahl.`,
  undatedMore: (count) => `${integer(count)} weitere, die nur die Momentaufnahme nennt.`,
  periodIntro:
    'Die Liste bewegt sich beim Lesen: Prüfungen kommen hinzu und werden gelöscht, und alle späteren wechseln die Seite. Der Zeitraum wurde darum in überlappenden Fenstern gelesen; jedes schließt durch eine Prüfung, die beide enthalten, an das nächste an: Dazwischen wurde nichts ausgelassen. Das beruht auf der Ordnung nach Anlegezeit, die jedes Fenster einhält. Was während des Lesens hinzukam oder gelöscht wurde, kann im Bericht stehen oder nicht.',
  partsIntro:
    'Die Teile wurden einzeln gelesen und versiegelt; dieser Bericht enthält von jedem, was zu seinem Zeitraum gehört. Die Nachweise sind die Summe der ihren und so stark wie der schwächste. Wie ein Teil gelesen wurde, zeigt sein eigener Bericht; detect-report verify prüft, dass es die hier genannten Teile sind.',
  intro:
    'Die Liste bewegt sich beim Lesen: Prüfungen kommen hinzu und werden gelöscht, und alle späteren wechseln die Seite. Sie wurde darum in überlappenden Fenstern gelesen; jedes schließt durch eine Prüfung, die beide enthalten, an das nächste an: Dazwischen wurde nichts ausgelassen. Was während des Lesens hinzukam oder gelöscht wurde, kann im Bericht stehen oder nicht.',
  introUnproven:
    'Die Liste bewegt sich beim Lesen: Prüfungen kommen hinzu und werden gelöscht, und alle späteren wechseln die Seite. Sie wurde darum in überlappenden Fenstern gelesen, aber diese ließen sich nicht lückenlos verbinden: Prüfungen können fehlen, und keine Zahl dieses Berichts sagt mehr als das, was gelesen wurde. Lesen Sie die Liste noch einmal, wenn sie ruhiger ist.',
  oneAnswer:
    'Die ganze Liste kam in einer Antwort, vom Anfang bis zum Ende: Zwischen zwei Antworten konnte keine Prüfung verloren gehen.',
  oneAnswerUnproven:
    'Die Liste wurde in einer Antwort gelesen; die Begründung unten sagt, warum das nicht zeigt, dass nichts fehlt.',
  empty: 'Die Liste war beim Lesen leer.',
  sums: 'Wie die Zahlen aufgehen',
  sumsIntro:
    'Jede Zeile ist die Summe der darunter eingerückten. Ein Bericht, dessen Summen nicht aufgehen, wird nicht geschrieben.',
  columns: ['Menge', 'Prüfungen'],
  rows: {
    received: 'Empfangen, alle Fenster zusammen',
    receivedParts: 'In allen Teilen zusammen',
    duplicates: 'noch einmal in einem überlappenden Fenster',
    duplicatesParts: 'auch in einem anderen Teil',
    unique: 'verschiedene Prüfungen in der Liste',
    uniqueRead: 'verschiedene gelesene Prüfungen',
    uniqueParts: 'verschiedene Prüfungen',
    outside: 'außerhalb des Zeitraums',
    outsideRead: 'außerhalb des Zeitraums, auf dem Weg dorthin gelesen',
    undated: 'ohne lesbare Anlegezeit',
    inPeriod: 'im Zeitraum',
    dated: 'mit Anlegezeit',
    failed: 'fehlgeschlagen',
    processing: 'in Arbeit',
    completed: 'abgeschlossen',
    fake: 'als Fälschung markiert',
    real: 'als echt bezeichnet',
    indeterminate: 'nicht entschieden',
  },
  terms: {
    verdict: 'Urteil',
    claim: 'Geltung',
    givenUp: 'Zeitraum allein',
    reason: 'Begründung im Wortlaut',
    order: 'Ordnung der Liste',
    windows: 'Gelesene Fenster',
    moved: 'Während des Lesens',
    total: 'Von der Quelle genannte Zahl',
  },
  windows: (windows, repairs, passes) =>
    `${counted(windows, 'Fenster', 'Fenster')}, ${counted(repairs, 'Ausbesserung', 'Ausbesserungen')}, ${counted(passes, 'Durchgang', 'Durchgänge')}`,
  moved: (appeared, vanished, changed) =>
    [
      appeared === null
        ? 'Zugänge sind nicht zu erkennen'
        : `${appeared === 0 ? 'keine' : `mindestens ${integer(appeared)}`} hinzugekommen`,
      vanished === null ? 'Abgänge sind nicht zu sehen' : `${vanished === 0 ? 'keine' : integer(vanished)} gelöscht`,
      `${changed === 0 ? 'keine' : integer(changed)} geändert`,
    ].join(', '),
  claim: ({ claimedPeriod }: Certificate) =>
    claimedPeriod === undefined
      ? 'die ganze Liste'
      : `Anlegezeiten von ${claimedPeriod.from ?? 'Beginn an'} bis vor ${claimedPeriod.to ?? 'jede spätere Zeit'}`,
  givenUp: (why) => `verlangt, aber nicht möglich: ${why}`,
  total: (first, last) => {
    const said = (total: number | null): string => (total === null ? 'nicht angegeben' : integer(total));
    return first === last ? said(first) : `${said(first)} am Anfang, ${said(last)} am Ende`;
  },
  order: (order) => {
    if (order === 'none') return 'keine Ordnung galt in jedem Fenster';
    if (order === 'trivial') return 'entfällt: weniger als zwei Prüfungen';
    const [field = '', direction] = order.split(' ');
    return `${field} ${direction === 'descending' ? 'absteigend' : 'aufsteigend'}, in jedem Fenster`;
  },
  openPlaces: 'Stellen, die offen blieben',
  openPlacesIntro: (shown, total) =>
    shown === total
      ? `Kein Fenster überbrückt ${total === 1 ? 'diese Stelle' : `diese ${integer(total)} Stellen`}; dort können Prüfungen fehlen.`
      : `Kein Fenster überbrückt ${integer(total)} Stellen; die ersten ${integer(shown)} stehen hier, alle in manifest.json.`,
  openColumns: ['Nach', 'Vor', 'Warum'],
  head: 'Anfang der Liste',
  end: 'Ende der Liste',
};
