import type { ReportText } from '../en/index.ts';
import { amendment, change, combined } from './change.ts';
import { completeness } from './completeness.ts';
import { compliance, method, signOff } from './compliance.ts';
import { evidence } from './evidence.ts';
import { DE_FORMAT as format } from '../../format.ts';
import { results } from './results.ts';
import { provenance, reviews } from './reviews.ts';
import { summary } from './summary.ts';
import { figures, workbook } from './workbook.ts';

export const DE: ReportText = {
  format,
  titles: {
    cover: 'Ergebnis',
    contents: 'Inhalt',
    summary: 'Zusammenfassung',
    change: 'Verlauf und Änderung',
    completeness: 'Nachweis: Vollständigkeit',
    verdicts: 'Urteile nach Tag und Medium',
    scores: 'Werte und Herkunft',
    indeterminate: 'Nicht entschieden',
    flagged: 'Als Fälschung markiert',
    failed: 'Fehlgeschlagen und unfertig',
    retention: 'Löschung',
    reviews: 'Nachprüfung und Fälle',
    compliance: 'Pflichten und ihr Stand',
    quality: 'Datenqualität',
    method: 'Methode und Entscheidungsregel',
    extraction: 'Nachweis: Lesung',
    limitations: 'Grenzen',
    integrity: 'Nachweis: Unversehrtheit und Prüfung',
    sign_off: 'Unterschriften',
  },
  annex: 'Anhang: Verzeichnisse',
  figures,
  phrases: {
    marks: format.marks,
    workbook,
    language: 'de',
    pageOf: 'Seite {page} von {pages}',
    continued: '(Fortsetzung)',
    reportId: 'Kennung',
    logoAlt: 'Logo von {organisation}',
    onPage: 'Seite {page}',
    linkToSection: 'Zu {section} auf Seite {page}',
    missingGlyphs: {
      one: '1 Zeichen, das keine eingebettete Schrift hat, steht als Code, etwa [U+6771]; die Seite für den Browser zeigt es.',
      many: '{count} Zeichen, die keine eingebettete Schrift hat, stehen als Codes, etwa [U+6771]; die Seite für den Browser zeigt sie.',
    },
    installFonts: 'Diese Pakete neben detect-report bringen sie: {packages}.',
    end: 'ENDE DES BERICHTS',
  },
  cover: {
    allTime: 'Alle Prüfungen',
    days: (first, last) => (first === last ? first : `${first} bis ${last}`),
    from: (first) => `Ab ${first}`,
    until: (last) => `Bis ${last}`,
  },
  summary,
  amendment,
  combined,
  change,
  completeness,
  results,
  evidence,
  reviews,
  provenance,
  compliance,
  method,
  signOff,
};
