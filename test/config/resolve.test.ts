import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { EXPORT_OPTIONS, SANDBOX_OPTIONS, VERIFY_OPTIONS } from '../../src/config/options/index.ts';
import { optionsMarkdown } from '../docs/derived.ts';
import { generatedOf, resolveConfig, resolveOptions } from '../../src/config/resolve.ts';
import { valuesOf } from '../../src/config/settings.ts';
import { SANDBOX_DEFAULTS } from '../../src/sandbox/settings.ts';
import { inFolder, tables } from './template-folder.ts';

const NOW_MS = Date.UTC(2024, 1, 10, 12);
const KEY = 'canary-key-0123456789';
const KEYED = { RESEMBLE_API_KEY: KEY };

type Words = Readonly<Record<string, unknown>>;
type Env = Readonly<Record<string, string>>;

/** Resolves in a folder of its own, with this detect-report.yaml where there is one. */
async function resolve(flags: Words = {}, env: Env = KEYED, configFile?: string): ReturnType<typeof resolveConfig> {
  return inFolder(async (folder) => {
    if (configFile !== undefined) await writeFile(join(folder, 'detect-report.yaml'), configFile);
    return resolveConfig({ flags, env }, { nowMs: NOW_MS, tables, baseDir: folder });
  });
}

describe('without a word', () => {
  test('everything has its documented default', async () => {
    const { config, warnings } = await resolve();
    expect(config).toMatchObject({
      source: {
        kind: 'api',
        api: { baseUrl: 'https://app.resemble.ai', proxies: { https: null, http: null, no: null } },
      },
      period: null,
      timezone: null,
      formats: ['csv', 'xlsx', 'pdf'],
      overwrite: false,
      fresh: false,
      pageSize: 1000,
      concurrency: 4,
      ratePerSecond: 40,
      patienceSeconds: 600,
      keepSnapshot: true,
      sinks: { csvSafety: 'strict', csvBom: false },
      nowMs: NOW_MS,
      sourceDateEpochMs: null,
    });
    expect(config.template.name).toBe('monthly-compliance');
    expect(config.outDir).toMatch(/\/output$/);
    expect(warnings).toEqual([]);
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('relative paths stay relative where no base folder is given', async () => {
    const { config } = await resolveConfig({ flags: {}, env: KEYED }, { nowMs: NOW_MS, tables });
    expect(config.outDir).toBe('output');
  });

  test('the sandbox generates what the sandbox itself would', async () => {
    const { config } = await resolve({ source: 'sandbox' }, {});
    expect(config.source).toEqual({ kind: 'sandbox', sandbox: SANDBOX_DEFAULTS });
    const settings = await resolveOptions(SANDBOX_OPTIONS, { flags: {}, env: {} }, '/nowhere');
    expect(generatedOf(valuesOf(settings))).toEqual(SANDBOX_DEFAULTS);
  });
});

describe('flags > environment > file > template > defaults', () => {
  const file = 'page-size: 100\nconcurrency: 2\nrate: 7.5\nformat: [pdf]\nout: reports\n';

  test('each origin wins over the ones behind it', async () => {
    expect((await resolve({}, KEYED, file)).config).toMatchObject({
      pageSize: 100,
      concurrency: 2,
      ratePerSecond: 7.5,
    });
    expect((await resolve({ patience: '90s' }, KEYED, 'patience: 2h')).config.patienceSeconds).toBe(90);
    expect((await resolve({}, KEYED, 'patience: 2h')).config.patienceSeconds).toBe(7200);
    const env = { ...KEYED, DETECT_REPORT_PAGE_SIZE: '200', DETECT_REPORT_CONCURRENCY: '3' };
    const flags = { 'page-size': '300', 'csv-bom': true };
    const { config } = await resolve(flags, env, file);
    expect(config).toMatchObject({ pageSize: 300, concurrency: 3, ratePerSecond: 7.5, sinks: { csvBom: true } });
    expect(config.formats).toEqual(['pdf']);
    expect(config.outDir).toMatch(/\/reports$/);
  });

  test('the template decides what nobody else does', async () => {
    const { config } = await resolve({ template: 'scheduled-export' });
    expect(config.formats).toEqual(['csv']);
    expect((await resolve({ template: 'scheduled-export', format: 'pdf, csv' })).config.formats).toEqual([
      'csv',
      'pdf',
    ]);
  });

  test('a flag can switch off what the file switches on; an empty variable says nothing', async () => {
    expect((await resolve({}, KEYED, 'overwrite: true')).config.overwrite).toBe(true);
    expect((await resolve({ overwrite: false }, KEYED, 'overwrite: true')).config.overwrite).toBe(false);
    const env = { ...KEYED, DETECT_REPORT_OVERWRITE: '', DETECT_REPORT_RATE: '' };
    expect((await resolve({}, env, 'overwrite: true')).config).toMatchObject({ overwrite: true, ratePerSecond: 40 });
  });

  test('paths in a configuration file are relative to that file', async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'conf'));
      const yaml = 'out: ../runs\ntemplate: ./t.yaml\nsource: sandbox\nparts: [jan, ../feb]\n';
      await writeFile(join(folder, 'conf', 'dr.yaml'), yaml);
      await writeFile(join(folder, 'conf', 't.yaml'), 'title: T\nformats: [csv]\ntables: {detections: all}\n');
      const { config } = await resolveConfig(
        { flags: { config: 'conf/dr.yaml' }, env: {} },
        { nowMs: NOW_MS, tables, baseDir: folder },
      );
      expect(config.outDir).toBe(join(folder, 'runs'));
      const parts = async (flags: Readonly<Record<string, unknown>>) =>
        valuesOf(
          await resolveOptions(VERIFY_OPTIONS, { flags: { config: 'conf/dr.yaml', ...flags }, env: {} }, folder),
        );
      expect(await parts({})).toMatchObject({ parts: [join(folder, 'conf', 'jan'), join(folder, 'feb')] });
      expect(await parts({ parts: 'a,b' })).toMatchObject({ parts: [join(folder, 'a'), join(folder, 'b')] });
      expect(config.template.name).toBe('t');
      expect(config.source.kind).toBe('sandbox');
    });
  });

  test('one file serves both commands', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'detect-report.yaml'), 'rate: 5\nlatency: 20\nseed: 9\n');
      const words = { flags: {}, env: KEYED };
      expect(valuesOf(await resolveOptions(SANDBOX_OPTIONS, words, folder))).toMatchObject({ latency: 20, seed: 9 });
      const { config } = await resolveConfig(words, { nowMs: NOW_MS, tables, baseDir: folder });
      expect(config.ratePerSecond).toBe(5);
    });
  });
});

describe('the period', () => {
  test.each([
    [{ month: '2024-02' }, { kind: 'named', name: '2024-02' }],
    [
      { from: '2024-01-01', to: '2024-01-15' },
      { kind: 'range', from: '2024-01-01', to: '2024-01-15' },
    ],
    [{ from: '2024-01-01' }, { kind: 'range', from: '2024-01-01', to: null }],
    [{ quarter: '2024-Q1' }, { kind: 'named', name: '2024-Q1' }],
    [{ year: '2024' }, { kind: 'named', name: '2024' }],
    [{ 'last-month': true }, { kind: 'last-month' }],
    [{ 'last-quarter': true }, { kind: 'last-quarter' }],
    [{ 'last-year': true }, { kind: 'last-year' }],
    [{ all: true }, { kind: 'all' }],
    [
      { all: false, month: '2024-02' },
      { kind: 'named', name: '2024-02' },
    ],
  ])('%j', async (flags, period) => {
    expect((await resolve(flags)).config.period).toEqual(period);
  });

  test('the strongest origin decides alone', async () => {
    const env = { ...KEYED, DETECT_REPORT_FROM: '2024-01-01', DETECT_REPORT_TO: '2024-01-03' };
    expect((await resolve({ all: true }, env, 'month: 2023-01')).config.period).toEqual({ kind: 'all' });
    expect((await resolve({}, env, 'month: 2023-01')).config.period).toMatchObject({ kind: 'range' });
    expect((await resolve({}, KEYED, 'year: 2023')).config.period).toEqual({ kind: 'named', name: '2023' });
    expect((await resolve({}, KEYED, 'month: 2023-01')).config.period).toEqual({ kind: 'named', name: '2023-01' });
  });

  test('a zone is written as it is usually spelt', async () => {
    expect((await resolve({ timezone: 'europe/berlin' })).config.timezone).toBe('Europe/Berlin');
    expect((await resolve({ timezone: 'utc' })).config.timezone).toBe('UTC');
  });
});

function keyOf({ config }: Awaited<ReturnType<typeof resolveConfig>>): string | null {
  return config.source.kind === 'api' ? config.source.api.key.reveal() : null;
}

describe('the key', () => {
  test('comes from RESEMBLE_API_KEY, else RESEMBLE_API_TOKEN, trimmed', async () => {
    expect(keyOf(await resolve({}, { RESEMBLE_API_KEY: ` ${KEY}\n` }))).toBe(KEY);
    expect(keyOf(await resolve({}, { RESEMBLE_API_TOKEN: KEY, RESEMBLE_API_KEY: '' }))).toBe(KEY);
    const both = await resolve({}, { RESEMBLE_API_KEY: KEY, RESEMBLE_API_TOKEN: 'other' });
    expect(keyOf(both)).toBe(KEY);
    expect(both.warnings).toEqual(['RESEMBLE_API_KEY and RESEMBLE_API_TOKEN differ; RESEMBLE_API_KEY is used.']);
  });

  test('comes from a file; one named by a flag wins over the environment, one in the configuration does not', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'key');
      await writeFile(path, 'from-file\r\n', { mode: 0o600 });
      const named = await resolve({ 'api-key-file': path }, KEYED);
      expect(keyOf(named)).toBe('from-file');
      expect(named.warnings).toEqual([]);
      expect(keyOf(await resolve({}, KEYED, `api-key-file: ${path}`))).toBe(KEY);
      expect(keyOf(await resolve({}, {}, `api-key-file: ${path}`))).toBe('from-file');
      // As Notepad saves it.
      await writeFile(path, '\ufefffrom-notepad\r\n');
      expect(keyOf(await resolve({ 'api-key-file': path }))).toBe('from-notepad');
      await chmod(path, 0o644);
      expect((await resolve({ 'api-key-file': path })).warnings).toEqual([
        `The API key file ${path} can be read by other users: run chmod 600 on it.`,
      ]);
    });
  });

  test('is not needed, and not read, for the sandbox or an archive', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'records.zip'), '');
      const { config } = await resolve({ source: join(folder, 'records.zip') }, {});
      expect(config.source).toEqual({ kind: 'records', path: join(folder, 'records.zip') });
    });
  });

  test('is in no text that a configuration can be turned into', async () => {
    const resolved = await resolve();
    expect(keyOf(resolved)).toBe(KEY);
    expect(`${JSON.stringify(resolved)}${inspect(resolved, { depth: 9, showHidden: true })}`).not.toContain('canary');
  });
});

describe('the environment beside the options', () => {
  test('proxies, lower case first; SOURCE_DATE_EPOCH in milliseconds', async () => {
    const env = { ...KEYED, HTTPS_PROXY: 'http://big:1', https_proxy: 'proxy.example:3128', NO_PROXY: '.local' };
    const { config } = await resolve({}, { ...env, SOURCE_DATE_EPOCH: '1706745600' });
    expect(config.source).toMatchObject({
      api: { proxies: { https: 'http://proxy.example:3128', http: null, no: '.local' } },
    });
    expect(config.sourceDateEpochMs).toBe(1_706_745_600_000);
  });

  test('a variable of ours that is no option is refused, with a suggestion; an empty one is none', async () => {
    await expect(resolve({}, { ...KEYED, DETECT_REPORT_PAGESIZE: '5' })).rejects.toMatchObject({
      kind: 'usage',
      message: 'DETECT_REPORT_PAGESIZE is not an option. Did you mean DETECT_REPORT_PAGE_SIZE?',
      remedy: expect.stringContaining('unset it') as string,
    });
    await expect(resolve({}, { ...KEYED, DETECT_REPORT_WHATEVER: 'secret-value' })).rejects.toMatchObject({
      message: 'DETECT_REPORT_WHATEVER is not an option.',
    });
    const { warnings } = await resolve({}, { ...KEYED, DETECT_REPORT_PAGESIZE: '', DETECT_REPORT_PORT: '80' });
    expect(warnings).toEqual([]);
  });
});

describe('the docs that derive from the options', () => {
  test('the Markdown table has a row for each option, and no bar breaks it', () => {
    for (const options of [EXPORT_OPTIONS, SANDBOX_OPTIONS]) {
      const rows = optionsMarkdown(options).trim().split('\n');
      expect(rows).toHaveLength(Object.keys(options).length + 2);
      for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
    }
    expect(optionsMarkdown(EXPORT_OPTIONS)).toContain(
      '| `--page-size N` | `DETECT_REPORT_PAGE_SIZE` | 1000 | Number of detections to request at once, at most |',
    );
  });
});
