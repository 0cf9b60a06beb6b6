import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OPTIONAL_PACKAGES } from '../../src/render/sinks/pdf/text/font-files.ts';

test('the page on report.pdf names the package of every further script', async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'output.md'), 'utf8');
  const named = Array.from(text.matchAll(/^\| .* \| `npm install (\S+)` \|/gm), ([, name]) => name);
  expect(named).toEqual(expect.arrayContaining([...OPTIONAL_PACKAGES]));
  expect(named).toHaveLength(OPTIONAL_PACKAGES.length);
});
