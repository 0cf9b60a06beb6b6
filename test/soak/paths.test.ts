import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inFolder, runCli } from '../cli/run-cli.ts';

const EXPORT = ['export', '--source', 'sandbox', '--detections', '20', '--format', 'csv', '--quiet'];

/** Words that try to reach out of `work/out`, each refused before anything is written. */
const ESCAPES: readonly (readonly string[])[] = [
  ['--template', '../../outside/template'],
  ['--template', '..'],
  ['--template', 'CON'],
  ['--template', '__proto__'],
  ['--template', 'monthly-compliance/../../../outside'],
  ['--template', '/etc/passwd'],
  ['--month', '../../outside/2024-01'],
  ['--month', '2024-01/../../../outside'],
  ['--month', '2024-01\u2215..'],
  ['--from', '2024-01-01/../../outside', '--to', '2024-02-01'],
  ['--from', '/outside', '--to', '2024-02-01'],
  ['--timezone', '../../../etc/localtime'],
];

/** Everything below a folder with its content, links as what they are. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    content.set(name, (await stat(path)).isFile() ? await readFile(path, 'utf8') : '');
  }
  return content;
}

/** Runs the words in `work`, beside a folder that nobody may touch, and gives what is there before and afterwards. */
async function tryOut(words: readonly string[], prepare: (root: string) => Promise<void> = async () => undefined) {
  return await inFolder(async (root) => {
    await mkdir(join(root, 'work'));
    await mkdir(join(root, 'outside'));
    await writeFile(join(root, 'outside', 'mine.txt'), 'mine');
    await prepare(root);
    const before = await contentOf(root);
    const { code, stderr } = await runCli([...EXPORT, '--out', 'out', ...words], { cwd: join(root, 'work') });
    const outside = ([name]: readonly [string, string]): boolean => !name.startsWith(join('work', 'out'));
    const after = await contentOf(root);
    return { code, stderr, before: [...before].filter(outside), after: [...after].filter(outside), all: after };
  });
}

describe('no word of the command line writes anywhere but into the output folder', () => {
  test.each(ESCAPES)('%s %s', async (...words) => {
    const { code, stderr, before, after, all } = await tryOut(words);
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(after).toEqual(before);
    expect([...all.keys()].filter((name) => name.startsWith(join('work', 'out')))).toEqual([]);
  });

  test('the control: a good run writes into it, and nowhere else', async () => {
    const { code, before, after, all } = await tryOut([]);
    expect(code).toBe(0);
    expect(after).toEqual(before);
    expect(all.has(join('work', 'out', 'monthly-compliance_2024-01', 'detections.csv'))).toBe(true);
  });

  test.each(['monthly-compliance_2024-01', '.monthly-compliance_2024-01.work', '.monthly-compliance_2024-01.lock'])(
    'a link where the run keeps %s leads nowhere',
    async (name) => {
      const { code, before, after } = await tryOut(['--overwrite'], async (root) => {
        await mkdir(join(root, 'work', 'out'));
        await symlink(join(root, 'outside'), join(root, 'work', 'out', name));
      });
      expect(code).not.toBeNull();
      expect(after).toEqual(before);
    },
  );
});
