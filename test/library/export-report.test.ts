import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ConfigError,
  DeliveryError,
  DetectReportError,
  type ExportOptions,
  exportReport,
  InterruptedError,
  type Source,
  startSandbox,
} from '../../src/index.ts';
import { reseal, verify } from '../evidence/sealed-run.ts';
import { withFolder } from '../run/run-sandbox.ts';
import { itemsOf, jsonLines, listSource, recordingDestination } from './own.ts';

const SANDBOX = {
  source: 'sandbox',
  period: '2024-01',
  template: 'scheduled-export',
  detections: 60,
  env: {},
} as const;

async function failureOf(options: unknown): Promise<DetectReportError> {
  const error: unknown = await exportReport(options as ExportOptions).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DetectReportError);
  return error as DetectReportError;
}

describe('exportReport', () => {
  test('makes the sealed report of a month with defaults for everything else', async () => {
    await withFolder(async (folder) => {
      const out = join(folder, 'output');
      const run = await exportReport({
        source: 'sandbox',
        period: '2024-01',
        template: 'monthly-compliance',
        out,
        detections: 60,
      });
      expect(run.folder).toBe(join(out, 'monthly-compliance_2024-01'));
      expect(run.certificate.verdict).toBe('proven');
      expect(run.statistics.population.unique).toBe(60);
      expect(run.reportId).toMatch(/^DR-/);
      expect(run.files.map(({ name }) => name)).toEqual(expect.arrayContaining(['report.pdf', 'manifest.json']));
      expect(run.deliveries).toEqual([]);
      expect((await verify(run.folder, { checksumsOnly: true })).findings).toEqual([]);
    });
  });

  test('reads an API with the key that it is given, and a records.zip again', async () => {
    await withFolder(async (folder) => {
      const sandbox = await startSandbox({ detections: 30, seed: 3, months: 1, key: 'a-key-of-our-own' });
      try {
        const common = { period: 'all', template: 'scheduled-export', formats: ['csv'], env: {} } as const;
        const first = await exportReport({
          ...common,
          source: 'api',
          baseUrl: sandbox.url,
          apiKey: 'a-key-of-our-own',
          out: join(folder, 'one'),
        });
        const source = join(first.folder, 'records.zip');
        const again = await exportReport({ ...common, source, out: join(folder, 'two') });
        expect(again.reportId).toBe(first.reportId);
        expect(again.files).toEqual(first.files);
      } finally {
        await sandbox.close();
      }
    });
  });

  test('takes days, a time zone, and tells what happens', async () => {
    await withFolder(async (folder) => {
      const stages: string[] = [];
      const run = await exportReport({
        ...SANDBOX,
        period: { from: '2024-01-10', to: '2024-01-20' },
        timezone: 'Europe/Berlin',
        out: folder,
        onProgress: (event) => {
          if (event.kind === 'stage') stages.push(event.stage);
        },
      });
      expect(run.period).toMatchObject({ from: '2024-01-10', to: '2024-01-20', timezone: 'Europe/Berlin' });
      expect(stages).toEqual(['extract', 'archive', 'render', 'seal']);
    });
  });

  test('ends with InterruptedError when the signal is aborted, whatever its reason', async () => {
    await withFolder(async (folder) => {
      const stop = new AbortController();
      const source = listSource(itemsOf(50));
      const page: Source['page'] = async (...given) => {
        stop.abort('enough');
        return await source.page(...given);
      };
      const running = exportReport({
        ...SANDBOX,
        source: { ...source, page },
        detections: undefined,
        out: folder,
        signal: stop.signal,
      });
      await expect(running).rejects.toBeInstanceOf(InterruptedError);
      expect(await failureOf({ ...SANDBOX, out: folder, signal: AbortSignal.abort() })).toBeInstanceOf(
        InterruptedError,
      );
    });
  });

  test('an exception of onProgress ends the run and is the cause', async () => {
    await withFolder(async (folder) => {
      const cause = new TypeError('oops');
      const onProgress = (): never => {
        throw cause;
      };
      expect(await failureOf({ ...SANDBOX, out: folder, onProgress })).toMatchObject({ kind: 'usage', cause });
      expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([]);
    });
  });

  test('words in a failure are keys, not flags', async () => {
    await withFolder(async (folder) => {
      await exportReport({ ...SANDBOX, out: folder });
      const error = await failureOf({ ...SANDBOX, out: folder });
      expect(error.remedy).toContain('overwrite');
      expect(error.remedy).not.toContain('--');
    });
  });
});

describe('wrong use of exportReport', () => {
  const own = listSource([]);
  test.each<[key: string, options: unknown]>([
    ['source', {}],
    ['exportReport', undefined],
    ['exportReport', null],
    ['exportReport', 'sandbox'],
    ['period', { source: 'sandbox' }],
    ['period', { source: 'sandbox', period: '2024-1' }],
    ['period', { source: 'sandbox', period: 202401 }],
    ['period', { source: 'sandbox', period: '2024-13' }],
    ['period', { source: 'sandbox', period: ['2024-01'] }],
    ['period.to', { source: 'sandbox', period: { from: '2024-01-01', to: 5 } }],
    ['period', { source: 'sandbox', period: '2024-Q5' }],
    ['period.from', { source: 'sandbox', period: { from: 1, to: '2024-02-01' } }],
    ['period', { source: 'sandbox', period: { from: '2024-01-01', till: '2024-02-01' } }],
    ['source', { source: 'sandbx', period: 'all' }],
    ['source', { source: 5, period: 'all' }],
    ['source', { source: null, period: 'all' }],
    ['source.page', { source: {}, period: 'all' }],
    ['source.close', { source: { ...own, close: undefined }, period: 'all' }],
    ['source.description.kind', { source: { ...own, description: undefined }, period: 'all' }],
    ['source.description.location', { source: { ...own, description: { kind: 'custom' } }, period: 'all' }],
    ['template', { source: 'sandbox', period: 'all', templte: 'scheduled-export' }],
    ['template', { source: 'sandbox', period: 'all', template: 7 }],
    ['formats', { source: 'sandbox', period: 'all', formats: ['docx'] }],
    ['formats', { source: 'sandbox', period: 'all', formats: {} }],
    ['timezone', { source: 'sandbox', period: 'all', timezone: 'Mars/Olympus' }],
    ['overwrite', { source: 'sandbox', period: 'all', overwrite: 'yes' }],
    ['concurrency', { source: 'sandbox', period: 'all', concurrency: 0 }],
    ['pageSize', { source: 'sandbox', period: 'all', pageSize: '1e3' }],
    ['seek', { source: 'sandbox', period: 'all', seek: null }],
    ['out', { source: 'sandbox', period: 'all', out: ['a'] }],
    ['previous', { source: 'sandbox', period: 'all', previous: 3 }],
    ['apiKey', { source: 'sandbox', period: 'all', apiKey: 'x' }],
    ['apiKey', { source: 'api', period: 'all', apiKey: 5 }],
    ['apiKey', { source: 'api', period: 'all', apiKey: 'two words' }],
    ['apiKeyFile', { source: 'api', period: 'all', env: {} }],
    ['config', { source: 'sandbox', period: 'all', config: 5 }],
    ['config', { source: 'sandbox', period: 'all', config: '' }],
    ['env', { source: 'sandbox', period: 'all', env: { A: 1 } }],
    ['signal', { source: 'sandbox', period: 'all', signal: {} }],
    ['onProgress', { source: 'sandbox', period: 'all', onProgress: {} }],
    ['sinks', { source: 'sandbox', period: 'all', sinks: {} }],
    ['sinks[0].name', { source: 'sandbox', period: 'all', sinks: [{}] }],
    ['sinks[0].name', { source: 'sandbox', period: 'all', sinks: [{ ...jsonLines, name: 'csv' }] }],
    ['sinks[0].name', { source: 'sandbox', period: 'all', sinks: [undefined] }],
    ['sinks[1].open', { source: 'sandbox', period: 'all', sinks: [jsonLines, { ...jsonLines, open: 1 }] }],
    ['sinks', { source: 'sandbox', period: 'all', sinks: [jsonLines, jsonLines] }],
    ['destinations[0].kind', { source: 'sandbox', period: 'all', destinations: [{}] }],
    ['destinations[0].id', { source: 'sandbox', period: 'all', destinations: [recordingDestination('../a')] }],
    ['json', { source: 'sandbox', period: 'all', json: true }],
  ])('%s is named', async (key, options) => {
    await withFolder(async (folder) => {
      const withOut = Object(options) === options ? { out: folder, ...(options as object) } : options;
      const error = await failureOf(withOut);
      expect(error).toBeInstanceOf(ConfigError);
      expect(`${error.message} ${error.remedy}`).toContain(key);
      expect(error.remedy).toMatch(/\w/);
      expect(`${error.message} ${error.remedy}`).not.toContain('--');
      expect(await readdir(folder)).toEqual([]);
    });
  });

  test.each<[what: string, page: unknown]>([
    ['nothing', undefined],
    ['text', 'a page'],
    ['an empty object', {}],
    ['a list of items', itemsOf(2)],
    ['JSON', { success: true, items: itemsOf(2) }],
  ])('a page that is not one: %s', async (_, page) => {
    await withFolder(async (folder) => {
      const source = { ...own, page: async () => page };
      const error = await failureOf({ source, period: 'all', out: folder });
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toContain('source.page(1, ');
      expect(error.remedy).toContain('decodePage(');
    });
  });

  test('another page than the one that was asked for', async () => {
    await withFolder(async (folder) => {
      const page: Source['page'] = async (number, size, signal) => ({
        ...(await own.page(number, size, signal)),
        number: 9,
      });
      const error = await failureOf({ source: { ...own, page }, period: 'all', out: folder });
      expect(error.message).toContain('another page');
    });
  });

  test('an exception of the source is a SourceError with the exception as its cause', async () => {
    await withFolder(async (folder) => {
      const cause = new TypeError('no such row');
      const page = async (): Promise<never> => {
        throw cause;
      };
      const error = await failureOf({ source: { ...own, page }, period: 'all', out: folder });
      expect(error).toMatchObject({ kind: 'source', cause, place: { page: 1 } });
      expect(error.message).toContain('no such row');
    });
  });
});

describe('a sink of the caller’s own', () => {
  test('writes beside the formats; its files are sealed, and verify compares them by hash', async () => {
    await withFolder(async (folder) => {
      const options = { ...SANDBOX, formats: ['csv', 'html'] } as const;
      const plain = await exportReport({ ...options, out: join(folder, 'plain') });
      const source = join(plain.folder, 'records.zip');
      const { detections: _, ...replay } = options;
      const run = await exportReport({ ...replay, source, out: join(folder, 'own'), sinks: [jsonLines] });
      const lines = (await readFile(join(run.folder, 'rows.jsonl'), 'utf8')).trimEnd().split('\n');
      expect(lines.length).toBe(run.statistics.population.in_period);
      expect(Object.keys(JSON.parse(lines[0] ?? '') as object)).toContain('uuid');
      const manifest = JSON.parse(await readFile(join(run.folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
      const changed_cells = { 'nothing to tell': 2 };
      expect(manifest['own_sinks']).toMatchObject([{ name: 'json-lines', files: ['rows.jsonl'], changed_cells }]);
      const sha256 = createHash('sha256')
        .update(`${lines.join('\n')}\n`)
        .digest('hex');
      expect(run.files.find(({ name }) => name === 'rows.jsonl')?.sha256).toBe(sha256);
      expect(await readFile(join(run.folder, 'SHA256SUMS'), 'utf8')).toContain(`${sha256}  rows.jsonl\n`);
      // The formats hold the same rows with and without it.
      const csv = (one: typeof run) => one.files.find(({ name }) => name === 'detections.csv');
      expect(csv(run)).toEqual(csv(plain));
      expect(run.reportId).not.toBe(plain.reportId);
      const { findings, notices } = await verify(run.folder);
      expect(findings).toEqual([]);
      expect(notices).toEqual(["rows.jsonl was made by a sink of the caller's own: compared by hash only."]);
    });
  });

  test('a run of another version gets the note too, and threads make way for the sink', async () => {
    await withFolder(async (folder) => {
      const notes: string[] = [];
      const run = await exportReport({
        ...SANDBOX,
        formats: ['csv'],
        workers: 2,
        out: folder,
        sinks: [jsonLines],
        onProgress: (event) => {
          if (event.kind === 'note') notes.push(event.text);
        },
      });
      expect(notes).toEqual(['Rendered without workers, which cannot give rows to json-lines.']);
      await reseal(run.folder, (manifest) => {
        manifest.tool = { ...manifest.tool, version: '9.0.0' };
      });
      expect((await verify(run.folder)).notices).toContain(
        "rows.jsonl was made by a sink of the caller's own: compared by hash only.",
      );
    });
  });

  test('a changed file of it is found, and so is a forger who calls our own file one of such a sink', async () => {
    await withFolder(async (folder) => {
      const run = await exportReport({ ...SANDBOX, formats: ['csv'], out: folder, sinks: [jsonLines] });
      const file = join(run.folder, 'rows.jsonl');
      const before = await readFile(file);
      await writeFile(file, 'other\n');
      expect((await verify(run.folder)).findings.map(({ kind }) => kind)).toEqual(['changed']);
      await writeFile(file, before);
      expect((await verify(run.folder)).findings).toEqual([]);
      const csv = join(run.folder, 'detections.csv');
      await writeFile(csv, (await readFile(csv, 'utf8')).replace('fake', 'real'));
      await reseal(run.folder, (manifest) => {
        manifest['own_sinks'] = [{ name: 'json-lines', files: ['detections.csv'], changed_cells: {} }];
      });
      const { findings } = await verify(run.folder);
      expect(findings.map(({ file: name, text }) => `${name}: ${text}`)).toEqual(
        expect.arrayContaining([
          expect.stringContaining('manifest.json: says that detections.csv was made by a sink of the caller'),
          expect.stringContaining('detections.csv: is not what the records give'),
        ]),
      );
    });
  });

  test.each<[what: string, changes: object, problem: string]>([
    ['names our own file', { files: () => ['Report.PDF'] }, 'writes the file Report.PDF itself'],
    ['names the reviews', { files: () => ['reviews.csv'] }, 'writes the file reviews.csv itself'],
    ['names a token', { files: () => ['manifest.json.tsr'] }, 'writes the file manifest.json.tsr itself'],
    ['names a part', { files: () => ['part_1_summary.csv'] }, 'writes the file part_1_summary.csv itself'],
    ['leads elsewhere', { files: () => ['../a'] }, 'cannot name a file'],
    ['declares no list', { files: () => 'a' }, 'files() did not return a list'],
    ['declares a file twice', { files: () => ['a', 'A'] }, 'twice'],
    ['opens nothing', { open: async () => undefined }, 'returned no write()'],
    ['creates what it did not declare', { files: () => ['b.jsonl'] }, 'creates the file "rows.jsonl"'],
    ['does not complete a file', { files: () => ['rows.jsonl', 'b'] }, 'the file b is not complete'],
    [
      'appends text',
      {
        open: async ({
          folder,
        }: {
          folder: { create(name: string): Promise<{ append(text: string): Promise<void> }> };
        }) => {
          await (await folder.create('rows.jsonl')).append('text');
        },
      },
      'append() was given string',
    ],
    [
      'throws',
      {
        open: async () => {
          throw new TypeError('oops');
        },
      },
      'failed in open(): oops',
    ],
  ])('that %s is told so, and nothing is sealed', async (_, changes, problem) => {
    await withFolder(async (folder) => {
      const error = await failureOf({
        ...SANDBOX,
        formats: ['csv'],
        out: folder,
        sinks: [{ ...jsonLines, ...changes }],
      });
      expect(error.message).toContain('The sink json-lines');
      expect(error.message).toContain(problem);
      expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([]);
    });
  });
});

describe('a destination of the caller’s own', () => {
  test('gets the sealed run; one that fails changes nothing for it or for others', async () => {
    await withFolder(async (folder) => {
      const cause = new TypeError('no network');
      const good = recordingDestination('good');
      const broken = recordingDestination('broken', async () => {
        throw cause;
      });
      const refused = new DeliveryError('refused', 'The archive said no.');
      const refusing = recordingDestination('refusing', async () => {
        throw refused;
      });
      const silent = { ...recordingDestination('silent'), deliver: async () => undefined as never };
      const destinations = [broken, good, refusing, silent];
      const run = await exportReport({ ...SANDBOX, formats: ['csv'], out: folder, destinations });
      expect(run.deliveries.map(({ destination, status }) => [destination.id, status])).toEqual([
        ['broken', 'failed'],
        ['good', 'delivered'],
        ['refusing', 'failed'],
        ['silent', 'failed'],
      ]);
      expect(run.deliveries[1]?.destination).toBe(good);
      expect(run.deliveries[0]?.error).toMatchObject({ kind: 'output', cause });
      expect(run.deliveries[2]?.error).toBe(refused);
      expect(run.deliveries[3]?.error?.message).toContain('returned no receipt');
      expect(good.runs[0]).toMatchObject({ folder: run.folder, reportId: run.reportId });
      expect(good.runs[0]?.files.at(-1)?.name).toBe('manifest.json');
      expect(good.runs[0]?.summary.job).toBeNull();
      expect((await verify(run.folder)).findings).toEqual([]);
    });
  });

  test('when the signal ends the delivery, the run stays and the outcome says so', async () => {
    await withFolder(async (folder) => {
      const stop = new AbortController();
      const stopping = recordingDestination('stopping', async () => {
        stop.abort();
        throw new Error('aborted');
      });
      const { signal } = stop;
      const options = { ...SANDBOX, formats: ['csv'], out: folder, destinations: [stopping], signal } as const;
      const run = await exportReport(options);
      expect(run.deliveries.map(({ status, error }) => [status, error?.kind])).toEqual([['failed', 'interrupted']]);
      expect((await verify(run.folder)).findings).toEqual([]);
    });
  });
});
