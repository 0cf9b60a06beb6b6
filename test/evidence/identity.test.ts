import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, reportId } from '../../src/seal/evidence/manifest.ts';

const FACTS = {
  merkleRoot: 'a'.repeat(64),
  certificateSha256: 'b'.repeat(64),
  extractionSha256: 'e'.repeat(64),
  templateSha256: 'c'.repeat(64),
  policySha256: 'd'.repeat(64),
  period: { from: '2024-01-01', to: '2024-02-01', timezone: 'UTC' },
  formats: ['csv', 'xlsx', 'pdf'],
  settings: { csv_safety: 'strict', csv_bom: false, snapshot_kept: true },
  asOf: '2024-02-01T00:00:09.000Z',
  toolVersion: '1.2.3',
};

const idOf = ([merkleRoot, asOf]: readonly [string, string]) => reportId({ ...FACTS, merkleRoot, asOf });

describe('the report id', () => {
  it('can be read out: DR and four groups of five hex digits', () => {
    expect(reportId(FACTS)).toMatch(/^DR(-[0-9A-F]{5}){4}$/);
  });

  it('is the same for the same facts, on any machine and in any order of their keys', () => {
    // Computed by hand: sha256sum of the canonical JSON below, its first twenty digits.
    const canonical =
      `{"asOf":"2024-02-01T00:00:09.000Z","certificateSha256":"${'b'.repeat(64)}",` +
      `"extractionSha256":"${'e'.repeat(64)}","formats":["csv","xlsx","pdf"],` +
      `"merkleRoot":"${'a'.repeat(64)}","period":{"from":"2024-01-01","timezone":"UTC","to":"2024-02-01"},` +
      `"policySha256":"${'d'.repeat(64)}","settings":{"csv_bom":false,"csv_safety":"strict","snapshot_kept":true},` +
      `"templateSha256":"${'c'.repeat(64)}","toolVersion":"1.2.3"}`;
    expect(hashOf(FACTS)).toBe(hashOf(JSON.parse(canonical)));
    expect(reportId(FACTS)).toBe('DR-CA975-3D5B5-6B71F-D1F98');
    const backwards = Object.fromEntries(Object.entries(FACTS).reverse());
    expect(reportId(backwards)).toBe(reportId(FACTS));
    expect(reportId({ ...FACTS, previous: undefined })).toBe(reportId(FACTS));
  });

  it('changes with each fact', () => {
    const others: object[] = [
      { ...FACTS, merkleRoot: '0'.repeat(64) },
      { ...FACTS, certificateSha256: '0'.repeat(64) },
      { ...FACTS, templateSha256: '0'.repeat(64) },
      { ...FACTS, policySha256: '0'.repeat(64) },
      { ...FACTS, period: { ...FACTS.period, from: null } },
      { ...FACTS, period: { ...FACTS.period, to: '2024-01-31' } },
      { ...FACTS, period: { ...FACTS.period, timezone: 'Europe/Berlin' } },
      { ...FACTS, formats: ['csv', 'pdf', 'xlsx'] },
      { ...FACTS, formats: ['csv'] },
      { ...FACTS, settings: { csv_safety: 'raw', csv_bom: false, snapshot_kept: true } },
      { ...FACTS, asOf: '2024-02-01T00:00:09.001Z' },
      { ...FACTS, toolVersion: '1.2.4' },
      { ...FACTS, previous: { report_id: 'DR-00000-00000-00000-00000' } },
    ];
    expect(new Set([FACTS, ...others].map(reportId)).size).toBe(others.length + 1);
  });

  it('tells facts apart that only look the same when they are put in a row', () => {
    const text = fc.string({ maxLength: 6 });
    fc.assert(
      fc.property(fc.tuple(text, text), fc.tuple(text, text), (one, other) => {
        expect(idOf(one) === idOf(other)).toBe(one[0] === other[0] && one[1] === other[1]);
      }),
    );
  });
});
