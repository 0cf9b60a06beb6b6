import type { Obligation } from '../../../src/core/policy.ts';
import type { ReportInput } from '../../../src/render/report/report-input.ts';
import { inputOf, type MadeDetection, TEMPLATE } from '../../report/material.ts';
import { ordinaryMonth } from '../../report/months.ts';

/** Texts that strangers send: each one has broken some report somewhere. */
export const HOSTILE = [
  '=HYPERLINK("http://evil.example","click")',
  '<script>alert(1)</script> & "quotes" \'single\'',
  'invoice\u202Efdp.exe',
  'tab\there\nnew line\r\0nul\u0007bell',
  'soft\u00ADhyphen\u200Bzero\u200Dwidth\uFEFFbom\uFFFDreplacement',
  'lone surrogate \uD800 and \uDC00 and private \uE000',
  '(brackets) \\backslash\\ (unbalanced',
  'Zalgo Z\u0335\u0321\u0336a\u0334\u0322l\u0338g\u0337o\u0336',
  '  leading and trailing  ',
  '\u2028separators\u2029',
  'noncharacter \uFFFE \u{1FFFF}',
  'x'.repeat(5_000),
  '',
  'e\u0301 decomposed, Å composed',
  '%s %d ${jndi:ldap://x} {{7*7}} [U+0041]',
] as const;

/** The same name in many scripts. */
export const SCRIPTS = {
  Latin: 'Bericht über Prüfung žluťoučký.mp4',
  Greek: 'Έκθεση ελέγχου.mp4',
  Cyrillic: 'Отчёт о проверке.mp4',
  Arabic: 'تقرير التحقق.mp4',
  Hebrew: 'דוח בדיקה.mp4',
  Devanagari: 'जाँच रिपोर्ट.mp4',
  Thai: 'รายงานการตรวจสอบ.mp4',
  Emoji: 'party 🎉 👩‍🚀.mp4',
  Mixed: 'report תקציר final תקופה 2024.mp4',
} as const;

/** Scripts whose fonts are too large to be installed by default. */
export const OTHER_SCRIPTS = {
  Chinese: '检测报告.mp4',
  Japanese: '検査レポート.mp4',
  Korean: '검사 보고서.mp4',
} as const;

const completed = (changes: Partial<MadeDetection> = {}): MadeDetection => ({
  day: '2024-01-15',
  status: 'completed',
  verdict: 'fake',
  medium: 'audio',
  score: 0.9731,
  label: 'Fake',
  ...changes,
});

const NO_DUTY = {
  requirement: null,
  indicator: null,
  atMost: null,
  atLeast: null,
  evidence: null,
  notApplicable: null,
};

export function hostileMonth(texts: readonly string[] = HOSTILE): ReportInput {
  const all = texts.flatMap((text): MadeDetection[] => [
    completed({ filename: text, label: text, uuid: text === '' ? 'u' : text, sourceTracing: text }),
    completed({ filename: text, verdict: 'indeterminate', label: text }),
    { day: '2024-01-02', status: 'failed', verdict: null, medium: 'video', filename: text, errorMessage: text },
    { day: '2024-01-03', status: 'processing', verdict: null, medium: 'image', filename: text },
  ]);
  const base = inputOf(all);
  const [first = '', second = ''] = texts;
  const counts = Object.fromEntries(texts.map((text, index) => [text, index + 1]));
  const outcome = { completed: 1, processing: 0, failed: 0, fake: 1, real: 0, indeterminate: 0 };
  return {
    ...base,
    template: {
      ...TEMPLATE,
      title: first,
      organisation: second,
      classification: texts[2] ?? null,
      name: texts.at(-1) ?? 'name',
      // As long as a template may have them.
      obligations: texts.flatMap((text, index): Obligation[] => {
        const named = { ...NO_DUTY, obligation: text.slice(0, 120) };
        if (text === '') return [];
        return index % 3 === 0
          ? [{ ...named, notApplicable: text.slice(0, 300) }]
          : [
              {
                ...named,
                requirement: text.slice(0, 400),
                indicator: 'fake' as const,
                atMost: 0,
                evidence: text.slice(0, 200),
              },
            ];
      }),
      signOff: {
        statement: first,
        roles: texts.flatMap((text) => (text === '' ? [] : [text.slice(0, 60)])).slice(0, 6),
      },
      policy: { name: first, fake: texts, real: [], indeterminate: ['neutral/uncertain'], notAssessedScore: -1 },
    },
    statistics: {
      ...base.statistics,
      source_tracing: counts,
      unknown_keys: counts,
      coercions: counts,
      by_media_type: { ...base.statistics.by_media_type, ...Object.fromEntries(texts.map((text) => [text, outcome])) },
    },
    certificate: {
      ...base.certificate,
      verdict: 'unproven',
      reason: first,
      openPlaces: texts.map((text) => ({ afterUuid: text, beforeUuid: null, why: text })),
    },
    extraction: { ...base.extraction, source: { kind: 'custom', location: texts[3] ?? '' } },
    files: texts.map((text) => ({ name: text, bytes: 1, sha256: 'f'.repeat(64), rows: 1 })),
    changedCells: { csv: counts },
  };
}

/** The months that every report must survive. */
export const CASES: Readonly<Record<string, () => ReportInput>> = {
  'an ordinary month': ordinaryMonth,
  'an empty month': () => inputOf([]),
  'one detection': () => inputOf([completed()]),
  'only failed ones': () =>
    inputOf(
      Array.from(
        { length: 3 },
        () => ({ day: '2024-01-02', status: 'failed', verdict: null, medium: 'video' }) as const,
      ),
    ),
  'hostile strings everywhere': () => hostileMonth(),
  'every script': () => hostileMonth([...Object.values(SCRIPTS), ...Object.values(OTHER_SCRIPTS)]),
};
