import { execFileSync } from 'node:child_process';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveConfig, TABLES } from '../../src/index.ts';
import { exportRun } from '../run/run-sandbox.ts';
import { changeText, findingsOf, hashesOf, makeKeys, reseal, resum, verify, Workshop } from './sealed-run.ts';

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

  test('without a key says that the signature was not looked at', async () => {
    const { findings, notices, checked } = await verify(signed);
    expect(findings).toEqual([]);
    expect(notices).toEqual(['The signature was not checked: no public key was given.']);
    expect(checked.signedBy).toBeNull();
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

  test('the private key is in no file of the run', async () => {
    const pem = await readFile(keys.privateKey, 'utf8');
    const body = pem.split('\n')[1] ?? '';
    const seed = execFileSync('openssl', ['pkey', '-in', keys.privateKey, '-outform', 'DER']).subarray(-32);
    expect(body.length).toBeGreaterThan(40);
    const secrets = [body, seed, seed.toString('hex'), seed.toString('base64')];
    for (const name of await readdir(signed)) {
      const bytes = await readFile(join(signed, name));
      expect([name, secrets.filter((secret) => bytes.includes(secret))]).toEqual([name, []]);
    }
  });
});

describe('a wrong signature is found', () => {
  test('that of another key', async () => {
    const other = makeKeys(workshop.folder, 'other');
    expect(await findingsOf(signed, { publicKeyPath: other.publicKey })).toEqual([
      expect.stringMatching(
        /^\[signature\] manifest\.json\.sig: is no signature of this manifest\.json by the key [0-9a-f]{64}$/,
      ),
    ]);
  });

  test.each([0, 63, 65, 1_000_000])('one of %i bytes', async (bytes) => {
    const copy = await workshop.copyOf(signed);
    await writeFile(join(copy, 'manifest.json.sig'), Buffer.alloc(bytes, 1));
    await resum(copy);
    expect(await findingsOf(copy, { publicKeyPath: keys.publicKey })).toEqual([
      expect.stringMatching(/^\[signature\]/),
    ]);
  });

  test('none', async () => {
    const copy = await workshop.copyOf(await workshop.run());
    expect(await findingsOf(copy, { publicKeyPath: keys.publicKey })).toEqual([
      '[signature] manifest.json.sig: is missing: the manifest is not signed',
    ]);
  });

  test('one over a manifest that was made to fit', async () => {
    const copy = await workshop.copyOf(signed);
    await reseal(copy, (manifest) => {
      manifest['extra'] = 1;
    });
    const findings = await findingsOf(copy, { publicKeyPath: keys.publicKey });
    expect(findings.filter((line) => line.startsWith('[signature]'))).toHaveLength(1);
  });
});

const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });

describe('keys that cannot sign or verify are refused, with the command that makes one', () => {
  const PRIVATE: Record<string, [make: (path: string) => string, problem: RegExp]> = {
    'an RSA key': [
      (path) => openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024', '-out', path),
      /is of the type rsa, not ed25519/,
    ],
    'an X25519 key': [
      (path) => openssl('genpkey', '-algorithm', 'x25519', '-out', path),
      /is of the type x25519, not ed25519/,
    ],
    'an encrypted key': [
      (path) => openssl('genpkey', '-algorithm', 'ed25519', '-aes256', '-pass', 'pass:secret', '-out', path),
      /is encrypted/,
    ],
    'the public key': [(path) => openssl('pkey', '-in', keys.privateKey, '-pubout', '-out', path), /is the public key/],
  };
  test.each(Object.entries(PRIVATE))('%s', async (_, [make, problem]) => {
    const path = join(workshop.folder, 'wrong.pem');
    make(path);
    const error = await signWith(path);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(problem) as string });
    expect((error as { remedy: string }).remedy).toMatch(/openssl (genpkey|pkey)/);
  });

  test.each([
    ['a text', 'secret-words', /is no private key/],
    ['a damaged key', '-----BEGIN PRIVATE KEY-----\nc2VjcmV0LXdvcmRz\n-----END PRIVATE KEY-----\n', /is damaged/],
  ])('%s, of which no message shows anything', async (_, content, problem) => {
    const path = join(workshop.folder, 'wrong.pem');
    await writeFile(path, content);
    const error = await signWith(path);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(problem) as string });
    expect(inspect(error)).not.toMatch(/secret-words|c2VjcmV0/);
  });

  test('none there', async () => {
    expect(await signWith(join(workshop.folder, 'nowhere.pem'))).toMatchObject({ kind: 'usage' });
  });

  test('a private key in place of the public one', async () => {
    await expect(verify(signed, { publicKeyPath: keys.privateKey })).rejects.toThrow(/is a private key/);
  });

  test('a key that others can read gives a warning', async () => {
    const path = join(workshop.folder, 'open.pem');
    await writeFile(path, await readFile(keys.privateKey));
    await chmod(path, 0o644);
    const { warnings } = await resolveConfig(words(path), CONTEXT);
    expect(warnings).toEqual([`The signing key ${path} can be read by other users: run chmod 600 on it.`]);
    await chmod(path, 0o600);
    expect((await resolveConfig(words(path), CONTEXT)).warnings).toEqual([]);
  });
});

const CONTEXT = { nowMs: 0, tables: Object.values(TABLES) };

function words(path: string): { flags: Record<string, unknown>; env: Record<string, string> } {
  return { flags: { source: 'sandbox', 'sign-key': path }, env: {} };
}

async function signWith(path: string): Promise<unknown> {
  return await resolveConfig(words(path), CONTEXT).then(
    () => null,
    (error: unknown) => error,
  );
}
