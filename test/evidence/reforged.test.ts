import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportRun } from '../run/run-sandbox.ts';
import {
  changeText,
  findingsOf,
  makeKeys,
  readArchive,
  reseal,
  resum,
  sha256,
  verify,
  Workshop,
  writeArchive,
} from './sealed-run.ts';
import { type Extraction, rootOf } from './extraction.ts';

/** Every hash is made to fit again after each change: only recomputing shows it. */
let workshop: Workshop;
let sealed: string;
let keys: ReturnType<typeof makeKeys>;

beforeAll(async () => {
  workshop = await Workshop.open();
  keys = makeKeys(workshop.folder);
  sealed = await workshop.run({ 'sign-key': keys.privateKey });
});
afterAll(() => workshop.remove());

test('the control: resealing an unchanged run changes nothing', async () => {
  const copy = await workshop.copyOf(sealed);
  await reseal(copy);
  expect(await findingsOf(copy, { publicKeyPath: keys.publicKey })).toEqual([]);
});

describe('files that the records do not give', () => {
  test('a verdict changed in the table is found, with its row and column, and nothing else is blamed', async () => {
    const copy = await workshop.copyOf(sealed);
    const text = await readFile(join(sealed, 'detections.csv'), 'utf8');
    const row = text.split('\r\n').findIndex((line) => line.includes(',fake,'));
    await changeText(join(copy, 'detections.csv'), (csv) => csv.replace(',fake,', ',real,'));
    await reseal(copy);
    expect(await findingsOf(copy)).toEqual([
      expect.stringMatching(
        `^\\[not-reproduced\\] detections.csv: is not what the records give in row ${row}, column verdict: sealed "fake", found "real" `,
      ),
    ]);
  });

  test('a row that was left out is found', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeText(join(copy, 'detections.csv'), (csv) => csv.replace(/\r\n[^\r]+\r\n$/, '\r\n'));
    await reseal(copy);
    expect(await findingsOf(copy)).toContainEqual(expect.stringMatching(/^\[not-reproduced\] detections\.csv: /));
  });

  test('a number of the statistics is found', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeText(join(copy, 'statistics.json'), (text) => text.replace('"fake": ', '"fake": 1'));
    await reseal(copy);
    expect(await findingsOf(copy)).toEqual([
      expect.stringMatching(/^\[not-reproduced\] statistics\.json: .* in verdicts\.fake: sealed "4", found "14" /),
    ]);
  });
});

describe('a manifest that says something else', () => {
  const CHANGES: Record<string, [change: (manifest: Record<string, unknown>) => void, finding: RegExp]> = {
    'another report id': [
      (m) => (m['report_id'] = 'DR-00000-00000-00000-00000'),
      /^\[report-id\] manifest\.json: report_id is DR-00000/,
    ],
    'another count': [
      (m) => Object.assign(m['records'] as object, { completed: 999 }),
      /records\.completed is 999, the records give \d+$/,
    ],
    'another period': [
      (m) => Object.assign(m['period'] as object, { to: '2024-01-20' }),
      /^\[report-id\] manifest\.json/,
    ],
    'another verdict of completeness': [
      (m) => Object.assign(m['completeness'] as object, { verdict: 'converged' }),
      /^\[completeness\] records\.zip: the certificate in extraction\.json is not the manifest's$/,
    ],
    'another source': [
      (m) => (m['source'] = { kind: 'api', location: 'https://app.resemble.ai' }),
      /^\[completeness\] records\.zip: the source in extraction\.json is not the manifest's$/,
    ],
    'another policy': [
      (m) => Object.assign(m['policy'] as object, { fake: ['fake'] }),
      /^\[manifest\] manifest\.json: policy\.sha256 is /,
    ],
    'another title of the template': [
      (m) => Object.assign(m['template'] as object, { title: 'Other' }),
      /^\[manifest\] manifest\.json: template\.sha256 is /,
    ],
    'another CSV safety': [
      (m) => Object.assign(m['configuration'] as object, { csv_safety: 'raw' }),
      /^\[manifest\] manifest\.json: configuration\.sha256 is /,
    ],
    'another time': [(m) => (m['as_of'] = '2030-01-01T00:00:00.000Z'), /^\[report-id\]/],
    'a key more': [
      (m) => (m['approved'] = true),
      /^\[not-reproduced\] manifest\.json: approved is true, the records give none$/,
    ],
    'a run before it': [
      (m) =>
        (m['previous'] = {
          report_id: 'DR-1',
          period: { from: null, to: null, timezone: 'UTC' },
          manifest_sha256: '0'.repeat(64),
        }),
      /^\[report-id\]/,
    ],
    'a time zone that is none': [
      (m) => Object.assign(m['period'] as object, { timezone: 'Mars/Olympus' }),
      /^\[report-id\] manifest\.json: /,
    ],
    'fewer files': [
      (m) => (m['files'] = (m['files'] as { name: string }[]).filter(({ name }) => name !== 'audio_scores.csv')),
      /^\[added\] audio_scores\.csv/,
    ],
  };
  test.each(Object.entries(CHANGES))('%s is found', async (_, [change, finding]) => {
    const copy = await workshop.copyOf(sealed);
    await reseal(copy, change);
    expect(await findingsOf(copy)).toContainEqual(expect.stringMatching(finding));
    expect(await findingsOf(copy, { publicKeyPath: keys.publicKey, checksumsOnly: true })).toContainEqual(
      expect.stringMatching(
        /^\[signature\] manifest\.json\.sig: is not a signature of this manifest\.json by the key /,
      ),
    );
  });

  test('in other bytes is found', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeText(join(copy, 'manifest.json'), (text) => JSON.stringify(JSON.parse(text)));
    await resum(copy);
    expect(await findingsOf(copy)).toEqual(['[not-reproduced] manifest.json: says the same in other bytes']);
  });
});

const FIRST_PAGE = 'pages/000001.json';

/** Changes the first page and the extraction record, with every hash of the archive made to fit but the Merkle root. */
async function changeArchive(
  run: string,
  changePage: (text: string) => string,
  changeRecord: (record: Extraction) => void = () => undefined,
): Promise<void> {
  const path = join(run, 'records.zip');
  const entries = await readArchive(path);
  const page = Buffer.from(changePage((entries.get(FIRST_PAGE) ?? Buffer.alloc(0)).toString('utf8')));
  entries.set(FIRST_PAGE, page);
  const record = JSON.parse((entries.get('extraction.json') ?? '').toString()) as Extraction;
  Object.assign(firstPage(record), { sha256: sha256(page), bytes: page.length });
  changeRecord(record);
  entries.set('extraction.json', Buffer.from(`${JSON.stringify(record, null, 1)}\n`));
  await writeArchive(path, entries);
}

function firstPage({ windows }: Extraction): Extraction['windows'][number] {
  const window = windows.find(({ file }) => file === FIRST_PAGE);
  if (window === undefined) throw new Error('no first page');
  return window;
}

const same = (text: string): string => text;
const otherLabel = (text: string): string => text.replaceAll(/"label":"Real"/gi, '"label":"Fake"');

describe('records that were not sealed', () => {
  test('the control: the archive written again is the same, byte for byte', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeArchive(copy, same);
    await reseal(copy);
    expect(await findingsOf(copy)).toEqual([]);
  });

  test('one changed value is found by the Merkle root, and by the row', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeArchive(copy, otherLabel);
    await reseal(copy);
    const findings = await findingsOf(copy);
    expect(findings).toContainEqual(
      expect.stringMatching(
        /^\[merkle\] records\.zip: the records give the Merkle root [0-9a-f]{64}, extraction\.json says /,
      ),
    );
    expect(findings).toContainEqual(expect.stringMatching(/^\[merkle\] .*, the manifest says /));
    expect(findings).toContainEqual(expect.stringMatching(/^\[not-reproduced\] .*\.csv: /));
  });

  test('a record that no longer counts is found by the certificate', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeArchive(copy, same, (record) => {
      const [range] = firstPage(record).accepted;
      if (range !== undefined) range[0] += 1;
    });
    await reseal(copy);
    const findings = await findingsOf(copy);
    expect(findings).toContain(
      '[completeness] records.zip: the certificate: it counts 40 unique, the windows accept 39',
    );
    expect(findings).toContainEqual(expect.stringMatching(/^\[merkle\]/));
  });

  test('a rim that is not the page’s is found', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeArchive(copy, same, (record) => {
      firstPage(record).first.uuid = 'other';
    });
    await reseal(copy);
    expect(await findingsOf(copy)).toContain(
      '[completeness] records.zip: pages/000001.json: the record names another first item',
    );
  });

  const FORGERIES: Record<
    string,
    [page: (text: string) => string, record: (record: Extraction) => void, finding: RegExp]
  > = {
    'when a page came': [
      same,
      (record) => (firstPage(record).receivedAt = '2020-01-01T00:00:00.000Z'),
      /^\[report-id\] manifest\.json: report_id is /,
    ],
    'the envelope of a page': [
      (text) => text.replace('"success":true', '"success":true,"forged":"yes"'),
      () => undefined,
      /^\[report-id\] manifest\.json: report_id is /,
    ],
    'a key that nobody reads': [
      same,
      (record) => Object.assign(record, { approved: true }),
      /^\[report-id\] manifest\.json: report_id is /,
    ],
    'how large the page was asked for': [
      same,
      (record) => (firstPage(record).size += 1),
      /pages\/000001\.json: the record names another page or page size than the page itself$/,
    ],
    'what a page held that was not kept': [
      same,
      ({ windows, certificate }) => {
        const [kept] = windows;
        if (kept === undefined) throw new Error('no window');
        const rim = { ...kept.first, uuid: 'f'.repeat(32) };
        windows.push({ ...kept, file: null, accepted: [], items: 1, first: rim, last: rim });
        for (const name of ['windows', 'received', 'duplicates']) certificate[name] = (certificate[name] as number) + 1;
      },
      /^\[completeness\] .*: a page that was not kept held f{32}, which no record has$/,
    ],
  };
  test.each(Object.entries(FORGERIES))(
    '%s is found, though every hash was made to fit',
    async (_, [page, record, finding]) => {
      const copy = await workshop.copyOf(sealed);
      await changeArchive(copy, page, record);
      await reseal(copy);
      expect(await findingsOf(copy)).toContainEqual(
        expect.stringMatching(/extraction\.json has the SHA-256 \S+, the manifest says /),
      );
      const entries = await readArchive(join(copy, 'records.zip'));
      const extractionSha256 = sha256(entries.get('extraction.json') ?? Buffer.alloc(0));
      await reseal(copy, (manifest) => (manifest['extraction_sha256'] = extractionSha256));
      expect(await findingsOf(copy)).toContainEqual(expect.stringMatching(finding));
    },
  );

  test('a page that does not fit its own hash is found, and named', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeArchive(copy, otherLabel, (record) => {
      firstPage(record).sha256 = '0'.repeat(64);
    });
    await reseal(copy);
    const { findings, notices } = await verify(copy);
    expect(findings.map(({ kind }) => kind)).toContain('records');
    expect(findings.find(({ kind }) => kind === 'records')?.text).toMatch(
      /^pages\/000001\.json: .*SHA-256 does not match/,
    );
    expect(notices).toContainEqual('With records.zip damaged, rows, statistics and reports could not be recomputed.');
  });

  test('a record nested without end is found', async () => {
    const copy = await workshop.copyOf(sealed);
    const path = join(copy, 'records.zip');
    const entries = await readArchive(path);
    const text = (entries.get('extraction.json') ?? '').toString();
    const deep = `"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},"verdict"`;
    entries.set('extraction.json', Buffer.from(text.replace('"verdict"', deep)));
    await writeArchive(path, entries);
    await reseal(copy);
    expect(await findingsOf(copy)).toEqual(['[records] records.zip: extraction.json: it is nested too deeply']);
  });

  test('an archive that is none is found', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeText(join(copy, 'records.zip'), () => 'no archive');
    await reseal(copy);
    expect(await findingsOf(copy)).toContainEqual(expect.stringMatching(/^\[records\] records\.zip: /));
  });

  test('a run made anew from changed records agrees with itself: only the signature shows it', async () => {
    const source = await workshop.copyOf(sealed);
    await changeArchive(source, otherLabel);
    const root = await rootOf(join(source, 'records.zip'));
    await changeArchive(source, same, (record) => {
      record.merkleRoot = root;
    });
    const { folder } = await exportRun({
      source: join(source, 'records.zip'),
      format: 'csv',
      out: join(source, 'out'),
    });
    expect(await findingsOf(folder)).toEqual([]);
    expect(await findingsOf(folder, { publicKeyPath: keys.publicKey })).toEqual([
      '[signature] manifest.json.sig: is missing: the manifest is not signed',
    ]);
  });
});
