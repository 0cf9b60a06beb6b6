import { uuidOf } from '../../src/core/envelope.ts';
import type { ExtractionRecord, SnapshotPage } from '../../src/core/snapshot.ts';
import { hasDoubledUuid } from '../../src/seal/evidence/certificate.ts';
import { createWitness } from '../../src/app/run/check-records.ts';
import { KeptPages, sealableCertificate } from '../../src/app/run/prove-chain.ts';
import type { WalkRun } from './run-walk.ts';

/**
 * Why the archive of a proven run would not be sealed as proven, and what `verify` would find in its pages; nothing for
 * a run that is not proven.
 */
export function refusalsOf({ outcome, pages }: Pick<WalkRun, 'outcome' | 'pages'>): string[] {
  if (outcome.certificate.verdict !== 'proven') return [];
  const times = outcome.windows.map(({ receivedAt }) => receivedAt).sort();
  const startedAt = times.at(0) ?? '';
  const kept: SnapshotPage[] = [];
  const windows = outcome.windows.map((window) => {
    const file = window.accepted.length === 0 ? null : `pages/${kept.length + 1}.json`;
    const page = pages.get(window.windowId);
    if (file !== null && page !== undefined) kept.push({ file, page, accepted: window.accepted });
    return { ...window, file, bytes: 0, sha256: '' };
  });
  const record: ExtractionRecord = {
    format: 'detect-report/extraction/1',
    tool: { name: 'detect-report', version: '' },
    runtime: { zlib: '', tz: '', unicode: '', icu: '' },
    source: { kind: 'custom', location: 'model' },
    requested: { ...ALL, template: '', templateSha256: '', timezone: 'UTC', dayStarts: [] },
    // The model's clock, not that of the test.
    certificate: { ...outcome.certificate, startedAt, endedAt: times.at(-1) ?? startedAt },
    packed: { bytes: 0, sha256: '' },
    merkleRoot: '',
    windows,
  };
  const doubled = kept.filter(({ page }) => hasDoubledUuid(page.items.flatMap(({ value }) => uuidOf(value) ?? [])));
  const sealed = sealableCertificate(record, new Set(doubled.map(({ file }) => file)));
  const check = new KeptPages(record);
  const witness = createWitness(record, false);
  const contradictions = kept.flatMap((page) => {
    const evidence = witness.page(page);
    check.add(evidence);
    return evidence.contradictions;
  });
  const findings = check.findings(record).map(({ text }) => text);
  return [...(sealed.verdict === 'proven' ? [] : [sealed.reason]), ...contradictions, ...findings];
}

const ALL = { from: null, to: null, fromUtc: null, toUtc: null } as const;
