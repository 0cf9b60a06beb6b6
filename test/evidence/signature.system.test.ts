import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportRun } from '../run/run-sandbox.ts';
import { changeText, findingsOf, hashesOf, makeKeys, resum, verify, Workshop } from './sealed-run.ts';

let workshop: Workshop;
let keys: ReturnType<typeof makeKeys>;
let signed: string;

beforeAll(async () => {
  workshop = await Workshop.open();
  keys = makeKeys(workshop.folder);
  signed = await workshop.run({ 'sign-key': keys.privateKey });
});
afterAll(() => workshop.remove());

function opensslVerifies(run: string, publicKey: string): boolean {
  const files = ['-rawin', '-in', join(run, 'manifest.json'), '-sigfile', join(run, 'manifest.json.sig')];
  try {
    return execFileSync('openssl', ['pkeyutl', '-verify', '-pubin', '-inkey', publicKey, ...files], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).includes('Signature Verified Successfully');
  } catch {
    return false;
  }
}

describe('a signed run', () => {
  test('openssl accepts the signature, and refuses it over another manifest', async () => {
    expect((await readFile(join(signed, 'manifest.json.sig'))).length).toBe(64);
    expect(opensslVerifies(signed, keys.publicKey)).toBe(true);
    const copy = await workshop.copyOf(signed);
    await changeText(join(copy, 'manifest.json'), (text) => `${text} `);
    expect(opensslVerifies(copy, keys.publicKey)).toBe(false);
  });

  test('what openssl signs by hand verifies', async () => {
    const copy = await workshop.copyOf(await workshop.run());
    const files = ['-rawin', '-in', join(copy, 'manifest.json'), '-out', join(copy, 'manifest.json.sig')];
    execFileSync('openssl', ['pkeyutl', '-sign', '-inkey', keys.privateKey, ...files]);
    await resum(copy);
    expect(await findingsOf(copy, { publicKeyPath: keys.publicKey })).toEqual([]);
  });

  test('verifies with its key, whose fingerprint is the one that openssl and sha256sum print', async () => {
    const { findings, notices, checked } = await verify(signed, { publicKeyPath: keys.publicKey });
    expect(findings).toEqual([]);
    expect(notices).toEqual([]);
    const der = execFileSync('openssl', ['pkey', '-pubin', '-in', keys.publicKey, '-outform', 'DER']);
    const printed = execFileSync('sha256sum', { input: der, encoding: 'utf8' });
    expect(printed.startsWith(checked.signedBy ?? 'none')).toBe(true);
  });

  test('is in SHA256SUMS, and its files are otherwise those of an unsigned run', async () => {
    execFileSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: signed });
    const unsigned = await exportRun({
      source: join(signed, 'records.zip'),
      format: 'csv',
      out: join(workshop.folder, 'unsigned'),
    });
    const { SHA256SUMS: _sums, 'manifest.json.sig': signature, ...files } = await hashesOf(signed);
    const { SHA256SUMS: _otherSums, ...otherFiles } = await hashesOf(unsigned.folder);
    expect(signature).toBeDefined();
    expect(otherFiles).toEqual(files);
  });
});
