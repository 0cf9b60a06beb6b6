import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Manifest, makeKeys, verify, Workshop } from '../evidence/sealed-run.ts';

/** What docs/verification.md tells people to type, typed. */
let workshop: Workshop;
let keys: ReturnType<typeof makeKeys>;
let run: string;
let text: string;

beforeAll(async () => {
  text = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'verification.md'), 'utf8');
  workshop = await Workshop.open();
  keys = makeKeys(workshop.folder);
  run = await workshop.run({ detections: '70', 'page-size': '20', 'sign-key': keys.privateKey });
});
afterAll(() => workshop.remove());

function blocks(language: string, behind: string): string[] {
  const part = text.slice(text.indexOf(behind));
  return [...part.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, name, block]) =>
    name === language && block !== undefined ? [block] : [],
  );
}

function shell(command: string): string {
  const here = command.replaceAll('pub.pem', `'${keys.publicKey}'`);
  return execFileSync('sh', ['-c', here], { cwd: run, encoding: 'utf8' });
}

describe('the commands by hand', () => {
  test('hold for an unchanged run, and print what the page says', async () => {
    const [sums = '', signature = '', fingerprint = ''] = blocks('', '## By hand');
    expect(sums).toContain('sha256sum --check');
    expect(shell(sums)).toMatch(/^(?:\S+: OK\n)+$/);
    expect(shell(signature)).toContain('Signature Verified Successfully');
    expect(text).toContain('`Signature Verified Successfully`');
    const { checked } = await verify(run, { publicKeyPath: keys.publicKey, checksumsOnly: true });
    expect(shell(fingerprint)).toBe(`${checked.signedBy ?? ''}  -\n`);
  });

  test('the root of the Merkle tree, in Python', async () => {
    const [program = ''] = blocks('python', '## By hand');
    const printed = execFileSync('/usr/bin/python3', ['-c', program], { cwd: run, encoding: 'utf8' });
    const manifest = JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8')) as Manifest;
    expect(printed.trim()).toBe(manifest.merkle_root);
  });
});
