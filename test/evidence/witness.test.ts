import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWitness } from '../../src/app/run/check-records.ts';
import { reopenPage } from '../../src/core/envelope.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { ExtractionRecord, SnapshotPage } from '../../src/core/snapshot.ts';
import { detectionsOf } from '../../src/render/render-parts.ts';
import { createClassifier } from '../../src/render/transform/classify.ts';
import { createDecoder } from '../../src/render/transform/decode.ts';
import { CERTIFICATE, FACTS, pageOf } from '../snapshot/snapshots.ts';
import { write } from '../transform/json-text.ts';
import { anyItem } from '../transform/random-items.ts';

const ASKED = { number: 1, size: 10, receivedAt: '2024-02-01T00:00:01.500Z' };

function recordOf(file: string): ExtractionRecord {
  const window = { ...ASKED, page: 1, file, totalCount: null, first: null, last: null };
  const reason = 'The list is ordered by created_at descending.';
  return { ...FACTS, certificate: { ...CERTIFICATE, reason }, windows: [window] } as unknown as ExtractionRecord;
}

test('a page shows the same while it is rendered, read alone, and parsed', () => {
  const items = fc.array(anyItem, { minLength: 1, maxLength: 6 });
  let doubled = 0;
  fc.assert(
    fc.property(items, fc.boolean(), (pieces, twice) => {
      const texts = pieces.map((one) => write(one).json);
      const page = pageOf(twice ? [...texts, '{"uuid":"a"}', '{"uuid":"a","created_at":1700000000}'] : texts);
      const { length } = page.items;
      const accepted =
        length > 2
          ? ([
              [0, 0],
              [2, length - 1],
            ] as const)
          : ([[0, 0]] as const);
      const snapshotPage = (): SnapshotPage => ({
        file: 'pages/000001.json',
        page: reopenPage(page.body, ASKED),
        accepted,
      });
      const record = recordOf('pages/000001.json');
      const whileRendered = createWitness(record, true);
      const decode = createDecoder(createClassifier(DEFAULT_POLICY), null, whileRendered);
      const rendered = [...detectionsOf(snapshotPage(), decode)];
      const evidence = whileRendered.page(snapshotPage());
      expect(evidence).toEqual(createWitness(record, true).page(snapshotPage()));
      expect(evidence).toEqual(createWitness(record, false).page(snapshotPage()));
      expect(evidence.recordHashes).toEqual(rendered.map(({ recordSha256 }) => recordSha256));
      expect(evidence.isDoubled || !twice).toBe(true);
      if (evidence.isDoubled) doubled++;
    }),
  );
  expect(doubled).toBeGreaterThan(0);
});
