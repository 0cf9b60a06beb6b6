import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inFolder, runHere } from '../cli/run-cli.ts';
import { startSandbox } from '../../src/index.ts';
import { read, withJobFile } from '../jobs/jobs.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'jobs.md');

async function blocks(language: string): Promise<string[]> {
  const text = await readFile(PAGE, 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

/** The words of each command of the page. */
async function commands(): Promise<string[][]> {
  const lines = (await blocks('sh')).join('\n').split('\n');
  const words = lines.map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  return words.flatMap(([program, ...rest]) => (program === 'detect-report' ? [rest] : []));
}

describe('the page on jobs', () => {
  test('shows job files that are read without a problem', async () => {
    const files = await blocks('yaml');
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const yaml of files) {
      const jobs = await withJobFile(yaml, async (path) => (await read(path)).jobs);
      expect(jobs.length).toBeGreaterThan(0);
    }
  });

  test('shows commands that do what it says', async () => {
    const [jobs = ''] = await blocks('yaml');
    const all = await commands();
    expect(all.map(([command]) => command)).toEqual(['jobs', 'run', 'run', 'run', 'diff']);
    await inFolder(async (folder) => {
      const sandbox = await startSandbox({ detections: 200, key: 'docs-key' });
      try {
        await writeFile(join(folder, 'jobs.yaml'), jobs.replace('[csv, xlsx, pdf]', '[csv]'));
        await mkdir(join(folder, 'reports'));
        const env = { RESEMBLE_API_KEY: 'docs-key', DETECT_REPORT_BASE_URL: sandbox.url };
        // January, then February and what has become of January, in the order in which the page has them.
        const times = ['', '2024-02-01T06:00:00Z', '2024-02-01T06:00:00Z', '2024-03-01T06:00:00Z', ''];
        for (const [index, words] of all.entries()) {
          const now = times[index] ?? '';
          const { code, stdout, stderr } = await runHere(now === '' ? words : [...words, '--now', now], {
            cwd: folder,
            env,
          });
          expect([words, code, stderr]).toEqual([words, 0, stderr]);
          expect(stdout).not.toBe('');
          if (index === 2) await deleteOneOf(join(folder, 'reports', 'monthly-compliance_2024-01'), sandbox.url);
          if (words[0] === 'diff') expect(stdout).toMatch(/^vanished/);
        }
      } finally {
        await sandbox.close();
      }
    });
  });
});

async function deleteOneOf(run: string, url: string): Promise<void> {
  const [, row = ''] = (await readFile(join(run, 'detections.csv'), 'utf8')).split('\r\n');
  const headers = { authorization: 'Bearer docs-key' };
  const answer = await fetch(`${url}/api/v2/detect/${row.split(',')[0]}`, { method: 'DELETE', headers });
  expect(answer.status).toBe(200);
}
