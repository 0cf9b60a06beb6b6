import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fontDifferences } from '../../src/seal/evidence/differences.ts';
import { InterruptedError } from '../../src/index.ts';
import { changeText, findingsOf, type Manifest, reseal, verify, Workshop } from './sealed-run.ts';

let workshop: Workshop;

beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.remove());

/** One red pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);

const TEMPLATE = `
title: 'Own "title" with ünïcode'
organisation: Example & Sons
classification: Confidential
period: { from: 2023-12-15, to: 2024-01-20 }
timezone: America/New_York
formats: [csv, pdf]
tables:
  detections: [uuid, created_at, verdict, verdict_score, filename]
  audio_scores: all
brand: { logo: logo.png, primary_colour: '#123456', accent_colour: '#AA5500' }
sections: [cover, summary, retention, flagged, integrity]
retention_limit: 36h
register_limit: 7
policy:
  name: strict-bands
  fake: [Fake, likely_fake, Neutral/Uncertain]
  real: [real]
  indeterminate: [likely real]
  not_assessed_score: -0.5
`;

async function ownTemplate(): Promise<string> {
  const folder = await mkdtemp(join(workshop.folder, 'template-'));
  await writeFile(join(folder, 'logo.png'), PNG);
  await writeFile(join(folder, 'own.yaml'), TEMPLATE);
  return join(folder, 'own.yaml');
}

async function manifestOf(run: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8')) as Manifest;
}

describe('the manifest alone is enough to make a run again', () => {
  const RUNS: Record<string, () => Promise<Record<string, unknown>>> = {
    'with a template of one’s own, logo included': async () => ({ template: await ownTemplate(), format: 'csv,pdf' }),
    'with everything a built-in template has': async () => ({ template: 'spreadsheet-analysis', format: 'csv,xlsx' }),
    'over everything, in another zone': async () => ({ all: true, timezone: 'Asia/Kolkata' }),
    'over a month asked for by its days': async () => ({ from: '2024-01-01', to: '2024-02-01' }),
    'with raw cells and a byte order mark': async () => ({ 'csv-safety': 'raw', 'csv-bom': true }),
    'with packed tables and Parquet': async () => ({ compress: 'gzip', format: 'csv,parquet' }),
    'of an empty list': async () => ({ detections: '0' }),
  };
  test.each(Object.entries(RUNS))('%s', async (_, flags) => {
    const run = await workshop.run(await flags());
    const { findings, notices, checked } = await verify(await workshop.copyOf(run));
    expect(findings).toEqual([]);
    expect(notices).toEqual([]);
    expect(checked.reproduced).toBe((await readdir(run)).length - 2);
  });

  test('with a time of one’s own, whatever the time of the verification', async () => {
    const run = await workshop.run({}, { SOURCE_DATE_EPOCH: '1700000000' });
    expect((await manifestOf(run))['as_of']).toBe('2023-11-14T22:13:20.000Z');
    expect(await findingsOf(run)).toEqual([]);
  });

  test.each([
    [
      'another picture',
      (logo: Record<string, unknown>) => Object.assign(logo, { base64: Buffer.from('x').toString('base64') }),
      /neither a PNG nor a JPEG/,
    ],
    [
      'a picture of another type',
      (logo: Record<string, unknown>) => Object.assign(logo, { type: 'image/jpeg' }),
      /not of the type that it says/,
    ],
    [
      'a picture that is huge when it is unpacked',
      (logo: Record<string, unknown>) => Object.assign(logo, { base64: hugePng() }),
      /pixels/,
    ],
  ])('but not with %s', async (_, change, problem) => {
    const run = await workshop.run({ template: await ownTemplate(), format: 'csv' });
    await reseal(run, (manifest) => {
      change((manifest['template'] as { brand: { logo: Record<string, unknown> } }).brand.logo);
    });
    expect(await findingsOf(run)).toEqual([expect.stringMatching(problem)]);
  });
});

function hugePng(): string {
  const png = Buffer.from(PNG);
  png.writeUInt32BE(100_000, 16);
  png.writeUInt32BE(100_000, 20);
  return png.toString('base64');
}

describe('the fonts of a PDF', () => {
  const named = (sha256: string) => [{ file: 'NotoSansJP_400Regular.ttf', sha256 }];
  let sealed: string;
  beforeAll(async () => {
    sealed = await workshop.run({ format: 'pdf' });
  });

  test('stand in the manifest, and only of a run that has one', async () => {
    const { fonts } = await manifestOf(sealed);
    expect(fonts).toContainEqual({ file: 'Inter_400Regular.ttf', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await manifestOf(await workshop.run()))['fonts']).toBeUndefined();
  });

  test('that this machine has not are no excuse for other pages', async () => {
    const run = await workshop.copyOf(sealed);
    // Nothing is missing here: that font shaped no page.
    await writeFile(join(run, 'report.pdf'), '%PDF-1.7 with other fonts');
    await reseal(run, (manifest) => {
      manifest['fonts'] = [...(manifest['fonts'] as unknown[]), ...named('a'.repeat(64))];
    });
    expect(await findingsOf(run)).toEqual([
      expect.stringMatching(/^\[not-reproduced\] report\.pdf: is not what the records give/),
    ]);
  });

  test('are compared one by one', () => {
    const packageOf = (file: string) => (file.startsWith('NotoSansJP') ? 'jp' : null);
    const [one, other] = [named('a'.repeat(64)), named('b'.repeat(64))];
    const unknown = [{ file: 'Foreign.ttf', sha256: 'c'.repeat(64) }];
    expect(fontDifferences(one, one, packageOf)).toEqual([]);
    expect(fontDifferences(one, other, packageOf)).toEqual([expect.stringMatching(/here jp holds another \(b+\)/)]);
    expect(fontDifferences([], one, packageOf)).toEqual([
      expect.stringMatching(/was made without the font NotoSansJP/),
    ]);
    expect(fontDifferences(unknown, [], packageOf)).toEqual([expect.stringMatching(/does not know$/)]);
  });
});

describe('a run without its snapshot', () => {
  test('verifies as far as it goes, and says how far', async () => {
    const run = await workshop.run({ 'no-snapshot': true });
    const { findings, notices, checked } = await verify(run);
    expect(findings).toEqual([]);
    expect(notices).toEqual([
      expect.stringMatching(/^The run was made without its snapshot \(records\.zip\): records, rows/),
    ]);
    expect(checked).toMatchObject({ records: 0, merkleRoot: null, reproduced: 0 });
  });

  test('still shows another id, and a snapshot that was put beside it', async () => {
    const run = await workshop.run({ 'no-snapshot': true });
    await writeFile(join(run, 'records.zip'), '');
    expect(await findingsOf(run)).toEqual(['[added] records.zip: does not belong to the run']);
    await reseal(run, (manifest) => {
      manifest.merkle_root = '0'.repeat(64);
    });
    expect(await findingsOf(run)).toContainEqual(expect.stringMatching(/^\[report-id\]/));
  });
});

async function ofVersion(version: string): Promise<string> {
  const run = await workshop.run({ format: 'csv,xlsx' });
  // Its report id is the one that such a version would have given.
  await reseal(run, (manifest) => {
    manifest.tool.version = version;
  });
  const [finding] = (await verify(run, { checksumsOnly: true })).findings;
  const id = /the content gives (DR-\S+)$/.exec(finding?.text ?? '')?.[1] ?? '';
  await reseal(run, (manifest) => {
    manifest.report_id = id;
  });
  return run;
}

describe('a run of another version', () => {
  test('verifies by its tables and its statistics, and says so', async () => {
    const { findings, notices, checked } = await verify(await ofVersion('0.2.0-other'));
    expect(findings).toEqual([]);
    expect(notices).toEqual([
      expect.stringMatching(/^The run was made by version 0\.2\.0-other, this is .* by their checksums only\.$/),
    ]);
    // Three tables and the statistics.
    expect(checked.reproduced).toBe(4);
  });

  test('with other columns verifies by checksums and records, and says so', async () => {
    const run = await ofVersion('0.1.0');
    const { findings, notices, checked } = await verify(run);
    expect(findings).toEqual([]);
    expect(notices).toEqual([
      expect.stringMatching(/^The run was made by version 0\.1\.0, .* have other columns, so /),
    ]);
    expect(checked.records).toBeGreaterThan(0);
    expect(checked.reproduced).toBe(0);
    await changeText(join(run, 'detections.csv'), (text) => text.replace('audio', 'oidua'));
    expect(await findingsOf(run)).toEqual([expect.stringMatching(/^\[changed\] detections\.csv: /)]);
  });

  test('shows changed tables, statistics and counts', async () => {
    const run = await ofVersion('0.2.0-other');
    await changeText(join(run, 'statistics.json'), (text) => text.replace('"fake": ', '"fake": 1'));
    await changeText(join(run, 'detections.csv'), (text) => text.replace('audio', 'oidua'));
    await reseal(run, (manifest) => Object.assign(manifest['records'] as object, { failed: 4711 }));
    const findings = await findingsOf(run);
    expect(findings).toContainEqual(expect.stringMatching(/^\[not-reproduced\] detections\.csv: /));
    expect(findings).toContainEqual(
      expect.stringMatching(
        /^\[not-reproduced\] statistics\.json: verdicts\.fake is 1\d+, the records give \d+ \(with /,
      ),
    );
    expect(findings).toContainEqual(
      expect.stringMatching(/^\[not-reproduced\] manifest\.json: records\.failed is 4711, /),
    );
    expect(findings).toHaveLength(3);
  });
});

describe('a verification', () => {
  test('can be interrupted', async () => {
    const run = await workshop.run();
    const controller = new AbortController();
    const emit = (): void => controller.abort(new InterruptedError('SIGINT'));
    await expect(verify(run, { emit, signal: controller.signal })).rejects.toThrow(InterruptedError);
    await expect(verify(run, { signal: controller.signal })).rejects.toThrow(InterruptedError);
  });
});
