import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { templateSha256 } from '../../src/core/template.ts';
import { readManifest } from '../../src/seal/evidence/manifest-schema.ts';
import { templateOf } from '../../src/seal/evidence/template-record.ts';
import { loadTemplate } from '../../src/config/template.ts';
import { TABLES } from '../../src/index.ts';
import { exportRun, withFolder } from '../run/run-sandbox.ts';

const tables = Object.values(TABLES);

describe('the template of a run', () => {
  test('is what its manifest holds, and nothing else', async () => {
    await withFolder(async (out) => {
      const run = await exportRun({
        source: 'sandbox',
        detections: 5,
        template: 'monthly-compliance',
        format: 'csv',
        out,
      });
      const manifest = join(run.folder, 'manifest.json');
      expect(await loadTemplate(manifest, { tables })).toEqual(await loadTemplate('monthly-compliance', { tables }));

      const text = await readFile(manifest, 'utf8');
      await writeFile(manifest, text.replace('"register_limit": 200', '"register_limit": 201'));
      await expect(loadTemplate(manifest, { tables })).rejects.toThrow(
        'The template cannot be taken from the manifest: its template is not the one that it hashes.',
      );
      const other = readManifest(Buffer.from(text));
      if (typeof other === 'string') expect.fail(other);
      other.template.formats = ['csv', 'papyrus'];
      other.template.sha256 = templateSha256(templateOf(other));
      await writeFile(manifest, JSON.stringify(other));
      await expect(loadTemplate(manifest, { tables })).rejects.toThrow('does not know its format papyrus');
      await writeFile(manifest, '{}');
      await expect(loadTemplate(manifest, { tables })).rejects.toThrow('cannot be taken from the manifest: format');
    });
  });

  test('must exist', async () => {
    await expect(loadTemplate('/nowhere/manifest.json', { tables })).rejects.toThrow('does not exist');
  });
});
