import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/index.ts';
import { readJobs } from '../../src/app/jobs/read-jobs.ts';
import { inFolder } from '../cli/run-cli.ts';
import { converse } from './pty.ts';

const KEY = 'init-test-key-0123456789';
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ detections: 40, key: KEY });
});
afterAll(() => sandbox.close());

const atSandbox = (): string[] => ['init', '--base-url', sandbox.url];

describe('init at a terminal', () => {
  test('asks for what no flag says, again where an answer is none', async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'the.key'), `${KEY}\n`, { mode: 0o600 });
      const { code, shown } = await converse(
        [...atSandbox(), '--template', 'scheduled-export'],
        [
          ['File that holds the API key', 'the.key\n'],
          ['A report of every month, week or day [month]', 'fortnight\n'],
          ['A report of every month, week or day [month]', 'week\n'],
          ['Time zone that defines days and months [UTC]', 'Europe/Berln\n'],
          ['Time zone that defines days and months [UTC]', 'Europe/Berlin\n'],
          ['Folder for the reports [output]', '\n'],
        ],
        { cwd },
      );
      expect(shown).toContain('Did you mean "Europe/Berlin"?');
      expect(shown).not.toContain('Template (');
      expect(shown).toContain('is accepted');
      expect(code).toBe(0);
      const { jobs } = await readJobs(join(cwd, 'jobs.yaml'));
      expect(jobs).toMatchObject([
        {
          name: 'weekly',
          timezone: 'Europe/Berlin',
          template: { name: 'scheduled-export' },
          apiKey: { file: 'the.key' },
          outDir: join(cwd, 'output'),
        },
      ]);
    });
  });

  test('Ctrl-C writes nothing and ends with 130', async () => {
    await inFolder(async (cwd) => {
      const { code } = await converse(['init'], [['File that holds', '\u0003']], { cwd });
      expect(code).toBe(130);
      expect(await readdir(cwd)).toEqual([]);
    });
  });

  test('--yes asks nothing', async () => {
    await inFolder(async (cwd) => {
      const { code, shown } = await converse([...atSandbox(), '--yes'], [], { cwd, env: { RESEMBLE_API_KEY: KEY } });
      expect(code).toBe(0);
      expect(shown).not.toContain('[month]');
    });
  });
});
