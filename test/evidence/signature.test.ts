import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TABLES } from '../../src/index.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { findingsOf, makeKeys, reseal, resum, verify, Workshop } from './sealed-run.ts';

let workshop: Workshop;
let keys: ReturnType<typeof makeKeys>;
let signed: string;

beforeAll(async () => {
  workshop = await Workshop.open();
  keys = makeKeys(workshop.folder);
  signed = await workshop.run({ 'sign-key': keys.privateKey });
});
afterAll(() => workshop.remove());

describe('a signed run', () => {
  test('without a key says that the signature was not looked at', async () => {
    const { findings, notices, checked } = await verify(signed);
    expect(findings).toEqual([]);
    expect(notices).toEqual(['The signature was not checked: no public key was given.']);
    expect(checked.signedBy).toBeNull();
  });

  test('the private key is in no file of the run', async () => {
    const pem = await readFile(keys.privateKey, 'utf8');
    const body = pem.split('\n')[1] ?? '';
    const seed = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }).subarray(-32);
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
        /^\[signature\] manifest\.json\.sig: is not a signature of this manifest\.json by the key [0-9a-f]{64}$/,
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

describe('keys that cannot sign or verify are refused, with the command that makes one', () => {
  const PKCS8 = { type: 'pkcs8', format: 'pem' } as const;
  const PRIVATE: Record<string, [make: () => string | Buffer, problem: RegExp]> = {
    'an RSA key': [
      () => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export(PKCS8),
      /is of the type rsa, not ed25519/,
    ],
    'an X25519 key': [
      () => generateKeyPairSync('x25519').privateKey.export(PKCS8),
      /is of the type x25519, not ed25519/,
    ],
    'an encrypted key': [
      () => generateKeyPairSync('ed25519').privateKey.export({ ...PKCS8, cipher: 'aes-256-cbc', passphrase: 'secret' }),
      /is encrypted/,
    ],
    'the public key': [() => readFileSync(keys.publicKey), /is the public key/],
  };
  test.each(Object.entries(PRIVATE))('%s', async (_, [make, problem]) => {
    const path = join(workshop.folder, 'wrong.pem');
    await writeFile(path, make());
    const error = await signWith(path);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(problem) as string });
    expect((error as { remedy: string }).remedy).toMatch(/openssl (genpkey|pkey)/);
  });

  test.each([
    ['a text', 'secret-words', /is not a private key/],
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
