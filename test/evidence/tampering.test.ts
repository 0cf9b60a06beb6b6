import { appendFile, mkdir, readdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/index.ts';
import { changeText, findingsOf, hashesOf, verify, Workshop } from './sealed-run.ts';

let workshop: Workshop;
let sealed: string;

beforeAll(async () => {
  workshop = await Workshop.open();
  sealed = await workshop.run({ format: 'csv,xlsx,pdf' });
});
afterAll(() => workshop.remove());

const FILES = [
  'SHA256SUMS',
  'audio_scores.csv',
  'datapackage.json',
  'detections.csv',
  'manifest.json',
  'metric_nodes.csv',
  'records.zip',
  'report.pdf',
  'report.xlsx',
  'statistics.json',
];

/** Without making the PDF again: what is looked for here shows in the files. */
const QUICK = { checksumsOnly: true };

describe('a run as it was sealed', () => {
  test('verifies, and everything of it was looked at', async () => {
    expect((await readdir(sealed)).sort()).toEqual(FILES);
    const { findings, notices, checked, reportId } = await verify(sealed);
    expect(findings).toEqual([]);
    expect(notices).toEqual([]);
    expect(checked.files).toBe(FILES.length);
    expect(checked.records).toBe(40);
    expect(checked.pages).toBeGreaterThan(0);
    // Everything but the snapshot itself and SHA256SUMS is made again.
    expect(checked.reproduced).toBe(FILES.length - 2);
    const manifest = JSON.parse(await readFile(join(sealed, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(checked.merkleRoot).toBe(manifest['merkle_root']);
    expect(reportId).toBe(manifest['report_id']);
  });

  test('verifies under any name, in any place, and is not touched by it', async () => {
    const copy = await workshop.copyOf(await workshop.run());
    const before = await hashesOf(copy);
    expect(await findingsOf(copy)).toEqual([]);
    expect(await hashesOf(copy)).toEqual(before);
  });
});

describe.each(FILES)('%s', (name) => {
  test('changed is found', async () => {
    const copy = await workshop.copyOf(sealed);
    await appendFile(join(copy, name), '\n');
    const finding =
      name === 'SHA256SUMS'
        ? /^\[checksums\] SHA256SUMS: is not the list that was written for these files$/
        : new RegExp(`^\\[changed\\] ${name}: changed \\(.*SHA-256 is [0-9a-f]{64}, .* says [0-9a-f]{64}\\)$`);
    expect(await findingsOf(copy, QUICK)).toContainEqual(expect.stringMatching(finding));
  });

  test('removed is found', async () => {
    const copy = await workshop.copyOf(sealed);
    await unlink(join(copy, name));
    expect(await findingsOf(copy, QUICK)).toContainEqual(expect.stringMatching(`^\\[missing\\] ${name}: is missing`));
  });

  test('replaced by a link to the same bytes is found, and the link is not followed', async () => {
    const copy = await workshop.copyOf(sealed);
    await rename(join(copy, name), join(copy, '..', name));
    await symlink(join('..', name), join(copy, name));
    expect(await findingsOf(copy, QUICK)).toContain(`[not-a-file] ${name}: is a symbolic link, not a regular file`);
  });

  test('replaced by a folder is found', async () => {
    const copy = await workshop.copyOf(sealed);
    await rm(join(copy, name));
    await mkdir(join(copy, name));
    expect(await findingsOf(copy, QUICK)).toContain(`[not-a-file] ${name}: is a folder, not a regular file`);
  });
});

describe('what does not belong to the run is found', () => {
  test.each(['notes.txt', '.DS_Store', 'manifest.json.sig', 'Detections.csv', 'detections.csv.bak'])(
    '%s',
    async (name) => {
      const copy = await workshop.copyOf(sealed);
      await writeFile(join(copy, name), 'x');
      expect(await findingsOf(copy, QUICK)).toEqual([`[added] ${name}: does not belong to the run`]);
    },
  );

  test('a folder', async () => {
    const copy = await workshop.copyOf(sealed);
    await mkdir(join(copy, 'more'));
    expect(await findingsOf(copy, QUICK)).toEqual(['[added] more: does not belong to the run (a folder)']);
  });
});

describe('SHA256SUMS', () => {
  const CHANGES: Record<string, (text: string) => string> = {
    'with its lines in another order': (text) => text.split('\n').toSorted().toReversed().join('\n').trimStart(),
    'with an empty line': (text) => `${text}\n`,
    'with a line for a file outside': (text) => `${text}${'0'.repeat(64)}  ../other\n`,
    'with one blank for two': (text) => text.replace('  ', ' '),
    'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  };
  test.each(Object.entries(CHANGES))('%s is found', async (_, change) => {
    const copy = await workshop.copyOf(sealed);
    await changeText(join(copy, 'SHA256SUMS'), change);
    expect(await findingsOf(copy, QUICK)).toEqual([expect.stringMatching(/^\[checksums\] SHA256SUMS: /)]);
  });

  test('with another hash names the file that it is of', async () => {
    const copy = await workshop.copyOf(sealed);
    await changeText(join(copy, 'SHA256SUMS'), (text) =>
      text.replace(/^[0-9a-f]{64}(?= {2}report\.pdf)/m, '0'.repeat(64)),
    );
    expect(await findingsOf(copy, QUICK)).toEqual([
      expect.stringMatching(/^\[checksums\] SHA256SUMS: says 0{64} of report\.pdf, the manifest says [0-9a-f]{64}$/),
    ]);
  });
});

describe('manifest.json', () => {
  test.each([
    ['no JSON', '{', 'is not valid JSON'],
    ['another format', '{"format": "other"}', 'format: '],
    ['a text', '"manifest"', ''],
    ['nested without end', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'is nested too deeply'],
  ])('that is %s is a finding, and the other files are still compared', async (_, content, reason) => {
    const copy = await workshop.copyOf(sealed);
    await writeFile(join(copy, 'manifest.json'), content);
    await appendFile(join(copy, 'detections.csv'), ' ');
    const { findings, notices, reportId } = await verify(copy);
    expect(reportId).toBeNull();
    expect(findings.map(({ kind, file }) => `${kind} ${file}`).sort()).toEqual([
      'changed detections.csv',
      'changed manifest.json',
      'manifest manifest.json',
    ]);
    expect(findings.find(({ kind }) => kind === 'manifest')?.text).toContain(reason);
    expect(notices).toEqual(['Without a manifest.json that can be read, nothing could be recomputed.']);
  });
});

describe('what is no run', () => {
  test('is refused with a remedy', async () => {
    await expect(verify(workshop.folder)).rejects.toThrow(ConfigError);
    await expect(verify(join(workshop.folder, 'nowhere'))).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });
});
