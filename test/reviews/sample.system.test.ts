import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawSample } from '../../src/app/reviews/draw-sample.ts';
import { Workshop } from '../evidence/sealed-run.ts';
import { parseCsv } from '../run/read-back.ts';

test('the program of docs/reviews.md draws the same sample', async () => {
  const workshop = await Workshop.open();
  try {
    const run = await workshop.run({ detections: '1500', template: 'scheduled-export' });
    const out = join(workshop.folder, 'sample.csv');
    const { signal } = new AbortController();
    await drawSample(run, { n: 400, by: ['verdict', 'media_type'], seed: '2024', out, signal });
    const [, ...rows] = parseCsv(await readFile(out, 'utf8'));
    const docs = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'reviews.md'), 'utf8');
    const [, program = ''] = /```python\n([\s\S]*?)```/.exec(docs) ?? [];
    const printed = execFileSync('/usr/bin/python3', ['-c', program], { cwd: run, encoding: 'utf8' });
    expect(printed.trim().split('\n')).toEqual(rows.map(([uuid]) => uuid));
    expect(rows).toHaveLength(400);
  } finally {
    await workshop.remove();
  }
});
