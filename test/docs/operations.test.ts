import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/index.ts';
import { signature } from '../../src/deliver/webhook/delivery.ts';
import { Secret } from '../../src/core/secret.ts';
import { inFolder, runHere } from '../cli/run-cli.ts';
import { read, withJobFile } from '../jobs/jobs.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const text = (name: string) => readFile(join(ROOT, name), 'utf8');

async function blocks(name: string, language: string): Promise<string[]> {
  return [...(await text(name)).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );
}

describe('the page on operations', () => {
  test('shows job files that are read without a problem, with every kind of destination', async () => {
    const files = await blocks('docs/operations.md', 'yaml');
    expect(files).toHaveLength(2);
    const jobs = await Promise.all(files.map((yaml) => withJobFile(yaml, async (path) => (await read(path)).jobs)));
    expect(jobs[0]?.[0]?.deliver.map(({ kind }) => kind)).toEqual(['directory', 's3', 'email', 'webhook']);
    expect(jobs[1]?.[0]?.notify).not.toBeNull();
  });

  test('names files of docs/deploy that are there, and every metric', async () => {
    const page = await text('docs/operations.md');
    const linked = [...page.matchAll(/\(deploy\/([\w.-]+)\)/g)].map(([, file = '']) => file);
    const there = (await readdir(join(ROOT, 'docs', 'deploy'))).filter((file) => !file.endsWith('.dockerignore'));
    expect(linked.sort()).toEqual(there.sort());
    const source = await text('src/deliver/notify/prometheus.ts');
    const names = [...source.matchAll(/`\$\{last\}(\w+)`/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(7);
    for (const name of names) expect(page).toContain(name);
  });

  const [secret, timestamp, body] = ['shared-secret', Math.floor(Date.now() / 1000), '{"run":"a","title":"é"}'];
  const signed = signature(new Secret(secret), timestamp, body);

  test('and in a program', async () => {
    const [program = ''] = await blocks('docs/operations.md', 'js');
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'check.mjs'), program);
      const { isOurs } = (await import(join(cwd, 'check.mjs'))) as {
        isOurs: (body: Buffer, timestamp: string, signature: string, secret: string) => boolean;
      };
      const check = (sent: string, time: number, sign: string) => isOurs(Buffer.from(sent), String(time), sign, secret);
      expect(check(body, timestamp, signed)).toBe(true);
      expect(check(`${body} `, timestamp, signed)).toBe(false);
      expect(check(body, timestamp - 1, signed)).toBe(false);
      expect(check(body, timestamp, 'v1=')).toBe(false);
      const old = timestamp - 600;
      expect(check(body, old, signature(new Secret(secret), old, body))).toBe(false);
    });
  });
});

/** The commands of the README's section for operators, in their order. */
async function operatorCommands(): Promise<string[][]> {
  const block = /## For operators[^\n]*\n\n```sh\n([\s\S]*?)```/.exec(await text('README.md'))?.[1] ?? '';
  return block.split('\n').flatMap((line) => {
    const [program, ...words] = line.replace(/#.*/, '').trim().split(/\s+/);
    return program === 'detect-report' ? [words] : [];
  });
}

test('the README’s section for operators, from init to the second month, as a new user would', {
  timeout: 120_000,
}, async () => {
  const commands = await operatorCommands();
  expect(commands.map(([command]) => command)).toEqual([
    'init',
    'doctor',
    'jobs',
    'run',
    'run',
    'run',
    'run',
    'verify',
  ]);
  // What the remarks of the section say of the time; the clock itself is later.
  const times = ['2024-02-01T06:17:00Z', '2024-02-01T06:17:00Z', '2024-02-01T07:17:00Z', '2024-03-01T06:17:00Z'];
  await inFolder(async (cwd) => {
    const sandbox = await startSandbox({ detections: 150, key: 'operator-key' });
    try {
      // Without PDF and workbook, which have tests of their own and take most of the time.
      const settings = { DETECT_REPORT_BASE_URL: sandbox.url, DETECT_REPORT_FORMAT: 'csv' };
      const env = { RESEMBLE_API_KEY: 'operator-key', ...settings };
      const said: string[] = [];
      for (const words of commands) {
        const now = words[0] === 'run' ? ['--now', times.shift() ?? ''] : [];
        const before = sandbox.counters.requests;
        const { code, stdout, stderr } = await runHere([...words, ...now], { cwd, env });
        expect([words, code, stderr]).toEqual([words, 0, stderr]);
        said.push(stdout);
        // "an hour later: nothing is due, nobody is asked"
        if (now[1] === '2024-02-01T07:17:00Z' || words.includes('--dry-run')) {
          expect(sandbox.counters.requests).toBe(before);
        }
      }
      const runs = (await readdir(join(cwd, 'output'))).filter((name) => !name.startsWith('.'));
      expect(runs).toEqual(['monthly-compliance_2024-01', 'monthly-compliance_2024-02']);
      expect(said.at(-1)).toContain('verified: report DR-');
    } finally {
      await sandbox.close();
    }
  });
});
