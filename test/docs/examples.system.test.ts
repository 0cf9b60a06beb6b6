import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFolder } from '../run/run-sandbox.ts';

const ROOT = join(import.meta.dirname, '..', '..');

function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

test('the library examples compile against the package and print what the page says', async () => {
  const text = await readFile(join(ROOT, 'docs', 'library.md'), 'utf8');
  const examples = codeBlocks(text, 'ts');
  const said = [...text.matchAll(/^It prints `(.*)`\.$/gm)].map((match) => match[1]);
  expect(examples.length).toBe(3);
  await withFolder(async (folder) => {
    await mkdir(join(folder, 'node_modules'));
    await symlink(ROOT, join(folder, 'node_modules', 'detect-report'));
    await symlink(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    const names = examples.map((_, index) => `example-${index}`);
    for (const [index, example] of examples.entries()) await writeFile(join(folder, `${names[index]}.ts`), example);
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const flags = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--skipLibCheck', '--types', 'node'];
    const files = names.map((name) => `${name}.ts`);
    execFileSync(process.execPath, [tsc, ...flags, ...files], { cwd: folder, stdio: 'inherit' });
    // In their order: the last one reads the run of the one before.
    const printed = names.map((name) =>
      execFileSync(process.execPath, [`${name}.js`], { cwd: folder, encoding: 'utf8' }).trim(),
    );
    expect(printed).toEqual(said);
  });
});

test('the checks of the contracts are what the package exports as detect-report/contracts', async () => {
  const text = await readFile(join(ROOT, 'docs', 'library.md'), 'utf8');
  const block = codeBlocks(text, 'js').find((code) => code.includes('detect-report/contracts')) ?? '';
  const names = [...block.matchAll(/\bcheck\w+/g)].map(([name]) => name);
  const code = `const all = await import('detect-report/contracts'); console.log(Object.keys(all).join());`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: ROOT, encoding: 'utf8' });
  for (const name of new Set(names)) expect(printed).toContain(name);
});
