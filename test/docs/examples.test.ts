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

test('the library example compiles against the package and prints what the page says', async () => {
  const text = await readFile(join(ROOT, 'docs', 'library.md'), 'utf8');
  const [example] = codeBlocks(text, 'ts');
  expect(example).toBeDefined();
  await withFolder(async (folder) => {
    await mkdir(join(folder, 'node_modules'));
    await symlink(ROOT, join(folder, 'node_modules', 'detect-report'));
    await symlink(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    await writeFile(join(folder, 'example.ts'), example ?? '');
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const flags = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--skipLibCheck', '--types', 'node'];
    execFileSync(process.execPath, [tsc, ...flags, 'example.ts'], { cwd: folder, stdio: 'inherit' });
    const printed = execFileSync(process.execPath, ['example.js'], { cwd: folder, encoding: 'utf8' });
    expect(text).toContain(`It prints \`${printed.trim()}\``);
  });
});
