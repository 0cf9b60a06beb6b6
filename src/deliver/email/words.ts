import { periodName } from '../../core/period.ts';
import type { Remark } from '../../core/run-remarks.ts';
import type { Language } from '../../core/template.ts';

/** The English words of the mail; the type that each other language must have. */
const EN = {
  language: 'en',
  separator: ',',
  percent: (share: number): string => `${(share * 100).toFixed(1)} %`,
  period: periodName,
  noSuchFile: (names: string): string => `Not attached, because this run has no such file: ${names}.`,
  leftOut: (names: string, why: string, where: string): string => `Not attached, ${why}: ${names}. Find them ${where}.`,
  atLink: 'at the address below',
  inFolder: (folder: string): string => `in the folder ${folder}`,
  tooLarge: (size: string, sent: string | null, limit: string): string =>
    `because together they have ${size}${sent === null ? '' : `, ${sent} as e-mail sends them,`} (limit ${limit})`,
  serverLimit: 'because the mail server takes no message of that size',
  reading: 'Reading',
  about: {
    compliance: 'Compliance',
    retention: 'Zero retention',
    undated: 'Undated',
    empty: 'Empty period',
  } as Readonly<Record<Remark['about'], string>>,
  crossed: (condition: string, value: string): string => `Threshold crossed: ${condition} (it is ${value}).`,
  nothing: 'Nothing needs action.',
  actions: 'What needs action:',
  amends: (id: string): string => `This run amends the report ${id}.`,
  attached: (names: string): string => `Attached: ${names}.`,
  keptAt: (link: string): string => `Kept at: ${link}`,
  evidence: (id: string, run: string, time: string): string => `Report ${id}, run ${run}, list read until ${time} UTC.`,
  manifest: (hash: string): string => `SHA-256 of manifest.json: ${hash}`,
  stamps: {
    unproven: 'INCOMPLETE',
    converged: 'CONVERGED',
    readTwice: 'READ TWICE',
    preliminary: 'PRELIMINARY',
    amendment: (number: string): string => `AMENDMENT ${number}`,
    generated: 'GENERATED DATA',
    undated: (some: string): string => `${some} UNDATED`,
    empty: 'EMPTY PERIOD',
    crossed: (some: number): string => `THRESHOLD${some === 1 ? '' : 'S'} CROSSED`,
    complete: 'COMPLETE',
  },
  before: (value: string): string => ` (before: ${value})`,
  interval: (low: string, high: string): string => `, 95 % interval ${low} to ${high}`,
  rate: (value: string, of: string): string => `${value} of ${of} decided`,
  noRate: 'no detection is decided',
  notDeleted: (some: string, all: string): string => `${some} of ${all} under zero retention`,
  rows: {
    detections: 'Detections',
    rate: 'Fake rate',
    indeterminate: 'Indeterminate',
    notDeleted: 'Not deleted',
    fake: 'Fake',
    real: 'Real',
    failed: 'Failed',
    processing: 'Still processing',
    undated: 'Without a creation time',
  },
};

const MONTHS_DE = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ');

const DE: typeof EN = {
  language: 'de',
  separator: '.',
  percent: (share) => EN.percent(share).replace('.', ','),
  period: (label) => {
    const [, year, month] = /^(\d{4})-(\d{2})$/.exec(label) ?? [];
    const name = MONTHS_DE[Number(month) - 1];
    return name === undefined ? periodName(label).replace(' to ', ' bis ') : `${name} ${year ?? ''}`;
  },
  noSuchFile: (names) => `Nicht angehängt, weil dieser Lauf keine solche Datei hat: ${names}.`,
  leftOut: (names, why, where) => `Nicht angehängt, ${why}: ${names}. Zu finden ${where}.`,
  atLink: 'unter der Adresse unten',
  inFolder: (folder) => `im Ordner ${folder}`,
  tooLarge: (size, sent, limit) =>
    `weil sie zusammen ${size} haben${sent === null ? '' : `, ${sent} in einer E-Mail,`} (Grenze ${limit})`,
  serverLimit: 'weil der Mailserver keine Nachricht dieser Größe nimmt',
  reading: 'Lesung',
  about: { compliance: 'Pflichten', retention: 'Sofortlöschung', undated: 'Ohne Anlegezeit', empty: 'Leerer Zeitraum' },
  crossed: (condition, value) => {
    const written = value.replaceAll(/[.,]/g, (sign) => (sign === '.' ? ',' : '.'));
    return `Schwelle überschritten: ${condition} (der Wert ist ${written}).`;
  },
  nothing: 'Es ist nichts zu tun.',
  actions: 'Was zu tun ist:',
  amends: (id) => `Dieser Lauf ist ein Nachtrag zum Bericht ${id}.`,
  attached: (names) => `Angehängt: ${names}.`,
  keptAt: (link) => `Zu finden unter: ${link}`,
  evidence: (id, run, time) => `Bericht ${id}, Lauf ${run}, Liste gelesen bis ${time} UTC.`,
  manifest: (hash) => `SHA-256 von manifest.json: ${hash}`,
  stamps: {
    unproven: 'UNVOLLSTÄNDIG',
    converged: 'ÜBEREINSTIMMEND',
    readTwice: 'ZWEIMAL GELESEN',
    preliminary: 'VORLÄUFIG',
    amendment: (number) => `NACHTRAG ${number}`,
    generated: 'ERZEUGTE DATEN',
    undated: (some) => `${some} OHNE ANLEGEZEIT`,
    empty: 'LEERER ZEITRAUM',
    crossed: (some) => `SCHWELLE${some === 1 ? '' : 'N'} ÜBERSCHRITTEN`,
    complete: 'VOLLSTÄNDIG',
  },
  before: (value) => ` (davor: ${value})`,
  interval: (low, high) => `, 95-%-Intervall ${low} bis ${high}`,
  rate: (value, of) => `${value} von ${of} entschiedenen`,
  noRate: 'keine Prüfung ist entschieden',
  notDeleted: (some, all) => `${some} von ${all} unter Sofortlöschung`,
  rows: {
    detections: 'Prüfungen',
    rate: 'Fälschungsquote',
    indeterminate: 'Nicht entschieden',
    notDeleted: 'Nicht gelöscht',
    fake: 'Fälschung',
    real: 'Echt',
    failed: 'Fehlgeschlagen',
    processing: 'In Arbeit',
    undated: 'Ohne Anlegezeit',
  },
};

export type MailWords = typeof EN;

export const MAIL_WORDS: Readonly<Record<Language, MailWords>> = { en: EN, de: DE };
