import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inFolder, runCli, runHere } from './run-cli.ts';

const KEY = 'rs-9f3E7aB51C2d8Qw4Zt6Lm0Xy';
const KEYS = [KEY, 'c0ffee00-1234-4abc-9def-0123456789ab', 'Zm9vYmFyMTIz+9aK/quux77=='];

/** Every way to write it that a reader could undo. */
function forms(key: string): string[] {
  const bytes = Buffer.from(key);
  return [key, encodeURIComponent(key), bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')];
}

function expectNoneOf(key: string, output: string): void {
  const folded = output.toLowerCase();
  for (const form of forms(key)) expect(folded).not.toContain(form.toLowerCase());
  // Nor half of it, where a message was cut.
  expect(folded).not.toContain(key.slice(0, 10).toLowerCase());
}

/** Command lines in which a word is a key by mistake. */
const WORDS: readonly (readonly [what: string, words: (word: string) => string[]])[] = [
  ['key file', (word) => ['export', '--api-key-file', word, '--debug']],
  ['key file, joined', (word) => ['export', `--api-key-file=${word}`]],
  ['configuration file', (word) => ['export', '--config', word, '--debug']],
  ['template', (word) => ['export', '--template', word, '--log-format', 'json']],
  ['template file', (word) => ['export', '--template', `./${word}.yaml`, '--debug']],
  ['time zone', (word) => ['export', '--timezone', word, '--debug']],
  ['month', (word) => ['export', '--month', word]],
  ['format', (word) => ['export', '--format', word]],
  ['source', (word) => ['export', '--source', word]],
  ['archive', (word) => ['export', '--source', `${word}.zip`]],
  ['base URL', (word) => ['export', '--base-url', word]],
  ['host', (word) => ['export', '--base-url', `http://${word.replaceAll(/[^\w-]/g, '')}`]],
  ['path of a URL', (word) => ['export', '--base-url', `http://127.0.0.1:1/${word}`]],
  ['signing key', (word) => ['export', '--source', 'sandbox', '--sign-key', word, '--debug']],
  ['text that is cut', (word) => ['export', '--timezone', `${'x'.repeat(60)}${word}`]],
  ['job file', (word) => ['run', word]],
  ['run', (word) => ['verify', word]],
  ['template to check', (word) => ['templates', 'check', word]],
  ['template to show', (word) => ['templates', 'show', word]],
  ['option', (word) => ['export', `--${word}`]],
  ['command', (word) => [word]],
];

describe('a key in the place of something else', () => {
  test.each(WORDS)('is not shown, in no form: %s', async (_what, words) => {
    for (const key of KEYS) {
      for (const form of key === KEY ? forms(key) : [key]) {
        const { code, stdout, stderr } = await runHere(words(form), { env: { RESEMBLE_API_KEY: key } });
        expect(code).not.toBe(0);
        expect(stderr).not.toBe('');
        expectNoneOf(key, stdout + stderr);
      }
    }
  });

  test('is not shown by a process of its own', async () => {
    await inFolder(async (cwd) => {
      const words = ['export', '--api-key-file', KEY, '--debug', '--log-format', 'json'];
      const { code, stderr } = await runCli(words, { cwd, env: { RESEMBLE_API_KEY: KEY } });
      expect([code, stderr]).toEqual([2, expect.stringContaining('"level":"error"')]);
      expectNoneOf(KEY, stderr);
    });
  });

  test.each(KEYS)('is not shown where nothing knows it: %s', async (key) => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'with-file.yaml'), `api-key-file: ${key}\n`);
      for (const words of [
        ['--api-key-file', key, '--debug'],
        ['--config', key, '--debug'],
        ['--template', key],
        ['--timezone', key],
        ['--config', join(cwd, 'with-file.yaml'), '--debug'],
      ]) {
        const { code, stderr } = await runHere(['export', ...words]);
        expect(code).toBe(2);
        expectNoneOf(key, stderr);
        expect(stderr).toContain('error: ');
      }
    });
  });

  test('of a key file that the configuration file names is not shown either', async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'key'), `${KEY}\n`);
      await writeFile(join(cwd, 'detect-report.yaml'), 'api-key-file: key\n');
      for (const words of [
        ['--timezone', `Europe/${KEY}`],
        ['--month', KEY],
        ['--out', `/proc/${KEY}`, '--base-url', 'http://127.0.0.1:1'],
      ]) {
        const { code, stderr } = await runHere(['export', ...words, '--debug'], { cwd });
        expect(code).not.toBe(0);
        expectNoneOf(KEY, stderr);
      }
    });
  });

  test.each(['organisation', 'title'])('in a template’s %s is refused before it would be sealed', async (name) => {
    await inFolder(async (cwd) => {
      const { stdout } = await runHere(['templates', 'show', 'monthly-compliance']);
      const text = stdout.replace(new RegExp(`^${name}:.*\n`, 'm'), '');
      for (const form of forms(KEY)) {
        const path = join(cwd, 'mine.yaml');
        await writeFile(path, `${name}: "Office ${form}"\n${text}`);
        const env = { RESEMBLE_API_KEY: KEY };
        const { code, stderr } = await runHere(['export', '--template', path], { env });
        expect([code, stderr]).toEqual([2, expect.stringContaining('The template contains the API key')]);
        expectNoneOf(KEY, stderr);
      }
    });
  });

  test('the control: names that are no keys are shown', async () => {
    for (const [words, shown] of [
      [['--template', 'monthly-complience'], 'monthly-complience'],
      [['--timezone', 'America/Argentina/Buenos_Airs'], 'America/Argentina/Buenos_Airs'],
      [['--config', 'my-settings-of-2024.yaml'], 'my-settings-of-2024.yaml'],
      [['--api-key-file', 'keys/resemble.key'], 'keys/resemble.key'],
    ] as const) {
      const { stderr } = await runHere(['export', ...words]);
      expect(stderr).toContain(shown);
    }
  });
});
