import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CliOptions, type CliRun, inFolder, runCli, runHere, START } from './run-cli.ts';

const SMALL = ['--template', 'scheduled-export', '--detections', '40', '--seed', '3'];
const RUN = join('output', 'scheduled-export_2024-01');

function exportSandbox(words: readonly string[], options: CliOptions): Promise<CliRun> {
  return runHere(['export', '--source', 'sandbox', ...SMALL, ...words], options);
}

describe('export', () => {
  test('prints the run folder to stdout, and everything else to stderr', async () => {
    await inFolder(async (cwd) => {
      const { code, stdout, stderr } = await exportSandbox([], { cwd });
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${RUN}\n` });
      expect(await readdir(join(cwd, 'output'))).toEqual(['scheduled-export_2024-01']);
      const { population, verdicts } = JSON.parse(await readFile(join(cwd, RUN, 'statistics.json'), 'utf8')) as {
        population: Record<string, number>;
        verdicts: Record<string, number>;
      };
      expect(stderr).toContain('Reading the list\n');
      expect(stderr).toMatch(new RegExp(`in the period +${population['in_period']}  of 40 detections in the list`));
      expect(stderr).toMatch(new RegExp(`fake +${verdicts['fake']}  [\\d.]+ % of \\d+ decided`));
      expect(stderr).toMatch(/reading +complete: every detection/);
      expect(stderr).toMatch(/detections\.csv +[\d.]+ kB {2}\d+ rows/);
      // Nothing that would steer a terminal, and no bar: stderr is a pipe.
      expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    });
  });

  test('--json prints the result as one line for programs; --quiet leaves stderr empty', async () => {
    await inFolder(async (cwd) => {
      const { code, stdout, stderr } = await exportSandbox(['--json', '--quiet'], { cwd });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.trimEnd().split('\n')).toHaveLength(1);
      expect(JSON.parse(stdout)).toMatchObject({
        folder: RUN,
        period: { from: '2024-01-01', to: '2024-02-01', timezone: 'UTC', label: '2024-01' },
        completeness: { verdict: 'proven' },
        population: { unique: 40 },
      });
    });
  });

  test('--log-format json: every line of stderr is one object', async () => {
    await inFolder(async (cwd) => {
      const { code, stderr } = await exportSandbox(['--log-format', 'json'], { cwd });
      expect(code).toBe(0);
      const events = stderr
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { event: string }).event);
      expect(events).toEqual(expect.arrayContaining(['stage', 'page', 'rendered', 'file', 'done']));
    });
  });

  test('takes options from detect-report.yaml and the environment', async () => {
    await inFolder(async (cwd) => {
      const env = {
        DETECT_REPORT_SOURCE: 'sandbox',
        DETECT_REPORT_TEMPLATE: 'scheduled-export',
        DETECT_REPORT_DETECTIONS: '10',
        DETECT_REPORT_ALL: 'true',
        DETECT_REPORT_OUT: 'reports',
      };
      const { code, stdout } = await runHere(['export', '--quiet'], { cwd, env });
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${join('reports', 'scheduled-export_all')}\n` });
    });
  });

  test('npm start is the same over the sandbox; another command word is passed on', async () => {
    await inFolder(async (cwd) => {
      const { code, stdout } = await runCli([...SMALL, '--quiet'], { cwd, script: START });
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${RUN}\n` });
      expect((await runCli(['templates', 'list'], { cwd, script: START })).stdout).toContain('monthly-compliance');
      // A second `npm start` changes nothing and says what is there.
      const made = join('output', 'monthly-compliance_2024-01');
      await mkdir(join(cwd, made), { recursive: true });
      await writeFile(join(cwd, made, 'manifest.json'), '{}');
      expect(await runCli([], { cwd, script: START })).toMatchObject({ code: 0, stdout: `${made}\n` });
    });
  });
});

test('--json stays JSON whatever the names hold, and no character that could control a terminal is in it', async () => {
  await inFolder(async (cwd) => {
    const out = 'p\u202edf \u{e0041}\u{1f469}\u200d\u{1f4bb}';
    const words = ['export', '--source', 'sandbox', '--detections', '20', '--all', '--format', 'csv', '--out', out];
    const { code, stdout } = await runHere([...words, '--json'], { cwd });
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/[\p{Cf}\p{Cs}]/u);
    expect(JSON.parse(stdout)).toMatchObject({ folder: join(out, 'monthly-compliance_all') });
    const status = await runHere(['status', out, '--json'], { cwd });
    expect(JSON.parse(status.stdout)).toMatchObject({ runs: [{ folder: join(out, 'monthly-compliance_all') }] });
  });
});
