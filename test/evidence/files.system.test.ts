import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SealedFile } from '../../src/core/output.ts';
import { checksums } from '../../src/seal/evidence/checksums.ts';
import { sealFile } from './sealed-files.ts';

let folder = '';
let files: SealedFile[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  files = [
    await sealFile(folder, 'report.pdf', '%PDF'),
    await sealFile(folder, 'detections.csv', 'uuid\r\n', 0),
    await sealFile(folder, 'Zusammenfassung-Größe.txt', ''),
    await sealFile(folder, 'name with blanks.txt', 'x'.repeat(100_000)),
  ];
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('SHA256SUMS', () => {
  it('is accepted by sha256sum -c, which notices a changed file', async () => {
    await writeFile(join(folder, 'SHA256SUMS'), checksums(files));
    const check = () =>
      execFileSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    expect(check().match(/: OK$/gm)).toHaveLength(files.length);
    await writeFile(join(folder, 'report.pdf'), '%PDG');
    expect(check).toThrow(/report\.pdf: FAILED|1 computed checksum did NOT match/);
  });
});
