import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { timestampRun } from '../../src/app/export/timestamp-run.ts';
import { runHere } from '../cli/run-cli.ts';
import { Authority } from './authority.ts';
import { findingsOf, verify, Workshop } from './sealed-run.ts';

let workshop: Workshop;
let authority: Authority;

beforeAll(async () => {
  workshop = await Workshop.open();
  authority = await Authority.make();
});
afterAll(() => workshop.remove());

async function exported(url: string) {
  const out = await workshop.newFolder();
  const words = ['export', '--source', 'sandbox', '--detections', '40', '--format', 'csv', '--out', out];
  const { code, stderr } = await runHere([...words, '--timestamp', url]);
  const names = await readdir(out);
  const folder = join(out, names.find((name) => !name.startsWith('.')) ?? '');
  return { code, stderr, folder, left: names.filter((name) => name.startsWith('.')) };
}

describe('a run with a timestamp', () => {
  test('holds a token that openssl and verify accept, outside of the manifest', async () => {
    const { url, bodies } = await authority.serve();
    const { code, folder, left } = await exported(url);
    expect([code, left, bodies.map(({ length }) => length)]).toEqual([0, [], [70]]);
    const token = join(folder, 'manifest.json.tsr');
    expect((await stat(token)).mode & 0o777).toBe(0o640);
    const files = ['-data', join(folder, 'manifest.json'), '-in', token, '-CAfile', authority.caFile];
    await authority.openssl('ts', '-verify', ...files);
    const { findings, checked } = await verify(folder, { timestampCaPath: authority.caFile, strict: true });
    expect(findings).toEqual([]);
    expect(checked.timestamp).toMatchObject({ authority: 'Test TSA', isTrusted: true });
    expect(Math.abs(Date.parse(checked.timestamp?.time ?? '') - Date.now())).toBeLessThan(600_000);
    expect(await readFile(join(folder, 'SHA256SUMS'), 'utf8')).not.toContain('tsr');
    const unchecked = await verify(folder);
    expect(unchecked.findings).toEqual([]);
    expect(unchecked.notices).toEqual([expect.stringMatching(/^The timestamp says .+ by Test TSA; that authority/)]);
  });

  test('whose token has one changed byte anywhere in what is signed, or is cut, is found', async () => {
    const { folder } = await exported((await authority.serve()).url);
    const path = join(folder, 'manifest.json.tsr');
    const token = await readFile(path);
    const signer = { timestampCaPath: authority.caFile };
    for (let at = 0; at < token.length; at += 97) {
      const forged = Buffer.from(token);
      forged.writeUInt8((forged[at] ?? 0) ^ 1, at);
      await writeFile(path, forged);
      expect([at, (await findingsOf(folder, signer)).length]).toEqual([at, 1]);
    }
    await writeFile(path, token.subarray(0, token.length - 1));
    expect(await findingsOf(folder, signer)).toEqual([expect.stringContaining('[timestamp] manifest.json.tsr')]);
    await writeFile(path, token);
    expect(await findingsOf(folder, signer)).toEqual([]);
  });

  test('that stands on another file system than its name is complete without a token, with a warning', async () => {
    const { url } = await authority.serve();
    const { folder } = await exported(url);
    const elsewhere = await mkdtemp('/dev/shm/detect-report-moved-');
    onTestFinished(() => rm(elsewhere, { recursive: true }));
    await cp(folder, elsewhere, { recursive: true });
    await rm(join(elsewhere, 'manifest.json.tsr'));
    await rm(folder, { recursive: true });
    await symlink(elsewhere, folder);
    const proxies = { https: null, http: null, no: null };
    const { signal } = new AbortController();
    expect(await timestampRun(folder, { url, proxies }, signal)).toMatch(/^Could not write .*\(EXDEV\)/);
    expect(await readdir(dirname(folder))).toEqual([basename(folder)]);
  });

  test('of another manifest, or none where one is asked for, is found', async () => {
    const { url } = await authority.serve();
    const [one, other] = [await exported(url), await exported(url)];
    await cp(join(one.folder, 'manifest.json.tsr'), join(other.folder, 'manifest.json.tsr'));
    const signer = { timestampCaPath: authority.caFile };
    expect(await findingsOf(other.folder, signer)).toEqual([
      '[timestamp] manifest.json.tsr: is over other content than this manifest.json',
    ]);
    expect(await findingsOf(await workshop.run(), signer)).toEqual([
      '[timestamp] manifest.json.tsr: is missing: the manifest has no timestamp',
    ]);
  });

  test.each([
    ['another authority', {}],
    ['a certificate that had expired', { until: '20210101000000Z' }],
  ])('by %s is refused', async (_name, made) => {
    const signing = await Authority.make(made);
    const { folder } = await exported((await signing.serve()).url);
    const timestampCaPath = 'until' in made ? signing.caFile : authority.caFile;
    expect(await findingsOf(folder, { timestampCaPath })).toEqual([
      '[timestamp] manifest.json.tsr: is by no given authority that was valid at its time',
    ]);
  });
});
