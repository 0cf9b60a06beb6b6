import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findApiKey } from '../../src/config/api-access.ts';
import { SANDBOX_OPTIONS } from '../../src/config/options/index.ts';
import { resolveConfig, resolveOptions } from '../../src/config/resolve.ts';
import { FORMATS } from '../../src/render/sinks/registry.ts';
import { configError, inFolder, tables } from './template-folder.ts';

const NOW_MS = Date.UTC(2024, 1, 10, 12);
const CANARY = 'canary-key-0123456789';

type Words = Readonly<Record<string, unknown>>;
type Env = Readonly<Record<string, string>>;
type Refusal = Awaited<ReturnType<typeof configError>>;

async function refuse(flags: Words, env: Env = { RESEMBLE_API_KEY: 'k' }, configFile?: string): Promise<Refusal> {
  return inFolder(async (folder) => {
    if (configFile !== undefined) await writeFile(join(folder, 'detect-report.yaml'), configFile);
    return configError(() => resolveConfig({ flags, env }, { nowMs: NOW_MS, tables, baseDir: folder }), folder);
  });
}

const ONCE = 'Name the period once: --month, --quarter, --year, --from with or without --to, --last-month, or --all.';
const BOTH = 'Give --from too; the --to day itself is not part of the period.';

/** Flags, the message and the remedy. */
const WRONG: readonly [flags: Words, message: string, remedy: string][] = [
  [{ month: '2024-13' }, '--month: "2024-13" is not a month.', 'Write a month as YYYY-MM, e.g. 2024-01.'],
  [{ month: 'January' }, '--month: "January" is not a month.', 'Write a month as YYYY-MM, e.g. 2024-01.'],
  [{ month: '' }, '--month: "" is not a month.', 'Write a month as YYYY-MM, e.g. 2024-01.'],
  [{ from: '2023-02-29' }, '--from: "2023-02-29" is not a day.', 'Write a day as YYYY-MM-DD, e.g. 2024-01-31.'],
  [{ quarter: '2024-Q5' }, '--quarter: "2024-Q5" is not a quarter.', 'Write a quarter as YYYY-Qn, e.g. 2024-Q1.'],
  [{ year: '24' }, '--year: "24" is not a year.', 'Write a year as YYYY, e.g. 2024.'],
  [{ to: '2024-01-01' }, '--to is given, but the period has no start (--from).', BOTH],
  [
    { from: '2024-02-01', to: '2024-01-01' },
    'The period starts on 2024-02-01 but ends before 2024-01-01: it is empty.',
    'Give an end (--to) later than the start (--from); the end day itself is not part of the period.',
  ],
  [{ month: '2024-01', all: true }, '--month and --all exclude each other.', ONCE],
  [{ from: '2024-01-01', 'last-month': true }, '--from and --last-month exclude each other.', ONCE],
  [
    { timezone: 'Europe/Berln' },
    '--timezone: "Europe/Berln" is not a time zone. Did you mean "Europe/Berlin"?',
    'Use an IANA name such as UTC or Europe/Berlin.',
  ],
  [
    { timezone: '+01:00' },
    '--timezone: "+01:00" is not a time zone.',
    'Use an IANA name such as UTC or Europe/Berlin.',
  ],
  [
    { format: 'csv,pfd' },
    `--format: "pfd" is not a format. Did you mean "pdf"? Allowed: ${FORMATS.join(', ')}.`,
    `Use one of: ${FORMATS.join(', ')}.`,
  ],
  [
    { workers: 'many' },
    '--workers: "many" is not auto or a whole number from 0 to 32.',
    'Give auto or a whole number from 0 to 32.',
  ],
  [
    { 'page-size': '5' },
    '--page-size: "5" is not a whole number from 10 to 1000.',
    'Give a whole number from 10 to 1000.',
  ],
  [
    { 'page-size': '1e2' },
    '--page-size: "1e2" is not a whole number from 10 to 1000.',
    'Give a whole number from 10 to 1000.',
  ],
  [
    { concurrency: '33' },
    '--concurrency: "33" is not a whole number from 1 to 32.',
    'Give a whole number from 1 to 32.',
  ],
  [
    { patience: '600' },
    '--patience: "600" is not a duration up to a day.',
    'Give seconds, minutes or hours, e.g. 90s or 10m.',
  ],
  [
    { patience: '25h' },
    '--patience: "25h" is not a duration up to a day.',
    'Give seconds, minutes or hours, e.g. 90s or 10m.',
  ],
  [
    { patience: '0s' },
    '--patience: "0s" is not a duration up to a day.',
    'Give seconds, minutes or hours, e.g. 90s or 10m.',
  ],
  [{ rate: '0' }, '--rate: "0" is not a number above 0 up to 40.', 'Give a number above 0 up to 40.'],
  [{ rate: 'Infinity' }, '--rate: "Infinity" is not a number above 0 up to 40.', 'Give a number above 0 up to 40.'],
  [
    { source: 'sandbx' },
    '--source: "sandbx" is not a source. Did you mean "sandbox"? Allowed: api, sandbox.',
    'Use api, sandbox, or the path of a records.zip.',
  ],
  [
    { source: './none/records.zip' },
    '--source: FOLDER/none/records.zip does not exist.',
    'Give the path of the records.zip that a run left in its folder.',
  ],
  [
    { source: './' },
    '--source: FOLDER/ is not a file.',
    'Give the path of the records.zip that a run left in its folder.',
  ],
  [{ out: ' ' }, '--out: " " does not name a folder.', 'Give a value, or leave the option out.'],
  [{ out: 'a\0b' }, '--out: "a\\u0000b" does not name a folder.', 'Give a value, or leave the option out.'],
  [
    { 'csv-safety': 'none' },
    '--csv-safety: "none" is not a CSV safety. Allowed: strict, leading, raw.',
    'Use one of: strict, leading, raw.',
  ],
  [
    { 'base-url': 'http://api.example.com' },
    '--base-url: the API key would cross the network in the clear.',
    'Use https:// (http:// is for this machine only).',
  ],
  [
    { 'base-url': 'http://127.0.0.1.example.com' },
    '--base-url: the API key would cross the network in the clear.',
    'Use https:// (http:// is for this machine only).',
  ],
  [
    { 'base-url': `https://user:${CANARY}@example.com` },
    '--base-url: the address carries a user name or password.',
    'Leave it out: the API key is the only credential.',
  ],
  [
    { 'base-url': `https://example.com/?key=${CANARY}` },
    '--base-url: the address carries a query or fragment.',
    'Give the address alone, without ? and #.',
  ],
  [
    { 'base-url': 'file:///etc/passwd' },
    '--base-url: that is not an address.',
    'Write it as https://host, e.g. https://app.resemble.ai.',
  ],
  [
    { config: 'none.yaml' },
    'The configuration file FOLDER/none.yaml does not exist.',
    'Check the spelling and the folder you are in.',
  ],
];

describe('a wrong flag is refused with one line and its remedy', () => {
  test.each(WRONG)('%j', async (flags, message, remedy) => {
    expect(await refuse(flags)).toMatchObject({ message, remedy });
  });

  test.each(['http://127.0.0.1:8080/', 'http://localhost:1', 'http://[::1]:1', 'https://example.com/sub/'])(
    'control: the base URL %s is accepted',
    async (url) => {
      const words = { flags: { 'base-url': url }, env: { RESEMBLE_API_KEY: 'k' } };
      const { config } = await resolveConfig(words, { nowMs: NOW_MS, tables, baseDir: '/nowhere' });
      expect(config.source).toMatchObject({ api: { baseUrl: url.replace(/\/$/, '') } });
    },
  );
});

async function inFile(text: string): Promise<string> {
  return (await refuse({}, { RESEMBLE_API_KEY: 'k' }, text)).message;
}

describe('the place of a wrong value is named, wherever it came from', () => {
  test('the environment', async () => {
    const error = await refuse({}, { RESEMBLE_API_KEY: 'k', DETECT_REPORT_CONCURRENCY: 'many' });
    expect(error.message).toBe('DETECT_REPORT_CONCURRENCY: "many" is not a whole number from 1 to 32.');
  });

  test('the configuration file, with its line', async () => {
    expect(await inFile('# mine\nrate: fast\n')).toBe(
      'FOLDER/detect-report.yaml:2: rate: "fast" is not a number above 0 up to 40.',
    );
    expect(await inFile('rate: 5\npagesize: 5\n')).toMatch(
      /^FOLDER\/detect-report\.yaml:2: "pagesize" is not an option\. Did you mean "page-size"\? Allowed: /,
    );
    expect(await inFile('- rate\n')).toBe('FOLDER/detect-report.yaml:1: a list of 1 is not a mapping of options.');
    expect(await inFile('month: 2024-01\nall: true\n')).toBe(
      'FOLDER/detect-report.yaml:1: month and FOLDER/detect-report.yaml:2: all exclude each other.',
    );
    expect(await inFile('overwrite: maybe\n')).toBe(
      'FOLDER/detect-report.yaml:1: overwrite: "maybe" is neither true nor false.',
    );
  });

  test('what Kubernetes sets for a Service of our name is ignored, a mistyped option is not', async () => {
    const links = {
      DETECT_REPORT_SERVICE_HOST: '10.0.0.1',
      DETECT_REPORT_SERVICE_PORT: '80',
      DETECT_REPORT_SERVICE_PORT_HTTP: '80',
      DETECT_REPORT_PORT: 'tcp://10.0.0.1:80',
      DETECT_REPORT_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
      DETECT_REPORT_PORT_8080_TCP_PROTO: 'tcp',
      DETECT_REPORT_PORT_8080_TCP_PORT: '8080',
      DETECT_REPORT_PORT_8080_TCP_ADDR: '10.0.0.1',
      DETECT_REPORT_PORT_53_UDP: 'udp://10.0.0.1:53',
      DETECT_REPORT_WEB_SERVICE_HOST: '10.0.0.2',
      DETECT_REPORT_WEB_SERVICE_PORT: '80',
      DETECT_REPORT_WEB_PORT: 'tcp://10.0.0.2:80',
      DETECT_REPORT_WEB_PORT_80_TCP_ADDR: '10.0.0.2',
    };
    const env = { ...links, RESEMBLE_API_KEY: 'a-key' };
    await resolveConfig({ flags: {}, env }, { nowMs: NOW_MS, tables });
    const portOf = async (more: Env = {}) =>
      (await resolveOptions(SANDBOX_OPTIONS, { flags: {}, env: { ...env, ...more } }, '')).port.value;
    expect(await portOf()).toBe(0);
    expect(await portOf({ DETECT_REPORT_PORT: '8080' })).toBe(8080);
    for (const name of [
      'DETECT_REPORT_PROT',
      'DETECT_REPORT_PORTS',
      'DETECT_REPORT_SERVICE',
      'DETECT_REPORT_PAGESIZE',
    ]) {
      expect((await refuse({}, { ...env, [name]: '1' })).message).toContain(`${name} is not an option`);
    }
    await expect(portOf({ DETECT_REPORT_PORT: 'https://x' })).rejects.toThrow(/DETECT_REPORT_PORT/);
  });

  test.each([
    ['HTTPS_PROXY', 'socks5://127.0.0.1:1080', 'SOCKS proxies are not used'],
    ['https_proxy', 'socks5h://u:p4ssw0rd@127.0.0.1:1080', 'SOCKS proxies are not used'],
    ['http_proxy', 'http://user:p4ss/w0rd@proxy.example:3128', 'Write it as http://host:port'],
    ['HTTPS_PROXY', 'http://user:12/p4ssw0rd@proxy.example:3128', 'Write it as http://host:port'],
    ['HTTP_PROXY', 'http://user:1#p4ssw0rd@proxy.example:3128', 'Write it as http://host:port'],
    ['HTTPS_PROXY', 'ftp://proxy.example', 'Write it as http://host:port'],
  ])('%s=%s is refused by name, and not quoted', async (name, value, remedy) => {
    const error = await refuse({}, { RESEMBLE_API_KEY: 'a-key', [name]: value });
    expect(error.message).toBe(`${name} is not the address of a proxy.`);
    expect(error.remedy).toContain(remedy);
    expect(JSON.stringify([error.message, error.remedy])).not.toMatch(/p4ss|proxy\.example/);
  });

  test('SOURCE_DATE_EPOCH and a proxy', async () => {
    expect((await refuse({}, { RESEMBLE_API_KEY: 'k', SOURCE_DATE_EPOCH: 'now' })).message).toBe(
      'SOURCE_DATE_EPOCH is not a number of seconds since 1970.',
    );
    expect((await refuse({}, { RESEMBLE_API_KEY: 'k', HTTPS_PROXY: `socks5://u:${CANARY}@h` })).message).toBe(
      'HTTPS_PROXY is not the address of a proxy.',
    );
  });
});

describe('a missing or broken key', () => {
  test('is refused with the three ways to give one, and the sandbox', async () => {
    expect(await refuse({}, {})).toMatchObject({
      message: 'No API key is set.',
      remedy:
        'Set RESEMBLE_API_KEY (or RESEMBLE_API_TOKEN), or give --api-key-file FILE; without a key, try --source sandbox.',
    });
  });

  test('is never quoted', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'key');
      await writeFile(path, `KEY=${CANARY}\n${CANARY}\n`);
      const errors = [
        await refuse({}, { RESEMBLE_API_KEY: `${CANARY}\n${CANARY}` }),
        await refuse({ 'api-key-file': path }),
        await refuse({}, {}, `api-key: ${CANARY}\n`),
        await refuse({}, {}, `rate: 5\napi-key-file: [${CANARY}]\n`),
      ];
      expect(errors.map((error) => error.message.replaceAll(folder, 'KEYS'))).toEqual([
        'RESEMBLE_API_KEY holds no API key: it looks like several lines.',
        'KEYS/key holds no API key: it looks like a name with a value.',
        'FOLDER/detect-report.yaml:1: "api-key" is not an option: a key belongs in RESEMBLE_API_KEY or api-key-file.',
        'FOLDER/detect-report.yaml:2: api-key-file: a list of 1 does not name a file.',
      ]);
      expect(JSON.stringify(errors)).not.toContain(CANARY);
    });
  });

  test.each([
    ['"KEY"', 'a key in quotation marks'],
    ["'KEY'\r\n", 'a key in quotation marks'],
    ['“KEY”', 'a key in quotation marks'],
    ['RESEMBLE_API_KEY=KEY\n', 'a name with a value'],
    ['\ufeffRESEMBLE_API_KEY=KEY\r\n', 'a name with a value'],
    ['RESEMBLE_API_KEY="KEY"', 'a name with a value'],
    ['api_key: KEY', 'a name with a value'],
    ['api-key=KEY', 'a name with a value'],
    ['X=KEY', 'a name with a value'],
    ['export RESEMBLE_API_KEY=KEY', 'a line of a shell script'],
    ['set RESEMBLE_API_KEY=KEY', 'a line of a shell script'],
    ['Bearer KEY', 'the value of a header'],
    ['Authorization: Bearer KEY', 'the value of a header'],
    ['{"key": "KEY"}', 'JSON'],
    ['["KEY"]', 'JSON'],
    ['KEY\nKEY\n', 'several lines'],
    ['KEY\r\nKEY', 'several lines'],
    ['KEY # of the office', 'several words'],
    ['${RESEMBLE_API_KEY}', 'a place holder'],
    ['<your-key>', 'a place holder'],
    ['-----BEGIN PRIVATE KEY-----', 'a PEM file'],
    [Buffer.from('\ufeffKEY\r\n', 'utf16le'), 'UTF-16'],
  ])('a key that is stored as %j is refused, and what it looks like is told', async (content, like) => {
    await inFolder(async (folder) => {
      const path = join(folder, 'key');
      const text = typeof content === 'string' ? content.replaceAll(/(?<!\w)KEY(?!-)/g, CANARY) : content;
      await writeFile(path, text);
      const errors = [await refuse({ 'api-key-file': path })];
      if (typeof text === 'string' && !/[“\ufeff]/.test(text))
        errors.push(await refuse({}, { RESEMBLE_API_KEY: text }));
      for (const error of errors) {
        expect(error.message).toContain(
          `holds no API key: it looks like ${like}`.replace('like UTF', 'like a file in UTF'),
        );
        expect(JSON.stringify([error, error.message, error.remedy])).not.toContain(CANARY);
      }
    });
  });

  test.each(['abc123DEF456ghi789==', 'rs_live/9f+8e7d6c5b4a3=', 'a.b-c_d~e', 'sk-proj-0123456789'])(
    'the key %s is taken, with a byte order mark and a line end of Windows too',
    async (key) => {
      await inFolder(async (folder) => {
        const path = join(folder, 'key');
        await writeFile(path, `\ufeff${key}\r\n`);
        const keyFile = { value: path, origin: 'flag' as const, place: '--api-key-file' };
        expect((await findApiKey(keyFile, {})).key.reveal()).toBe(key);
      });
    },
  );

  test('an empty or missing key file says so', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'empty'), '\n');
      const message = async (file: string): Promise<string> =>
        (await refuse({ 'api-key-file': join(folder, file) })).message.replaceAll(folder, 'KEYS');
      expect(await message('empty')).toBe('KEYS/empty holds no API key: it is empty.');
      expect(await message('none')).toBe('The API key file KEYS/none does not exist.');
      expect(await message('.')).toBe('The API key file KEYS is a folder, not a regular file.');
    });
  });
});
