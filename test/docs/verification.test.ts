import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FINDING_KINDS } from '../../src/index.ts';

test('every kind of finding is explained', async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'verification.md'), 'utf8');
  const table = text.slice(text.indexOf('## What a finding means'));
  for (const kind of FINDING_KINDS) expect(table).toContain(`\`${kind}\``);
});
