import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { ConfigError } from '../core/errors.ts';
import { readCapped } from './files.ts';

const MAX_BYTES = 16 * 1024;
const MOST_CERTIFICATE_BYTES = 1024 * 1024;
const MAKE_PRIVATE = 'Make one with: openssl genpkey -algorithm ed25519 -out key.pem';
const MAKE_PUBLIC = 'Make it from the private key with: openssl pkey -in key.pem -pubout -out pub.pem';

/**
 * The Ed25519 private key that signs manifests: PEM, PKCS#8, not encrypted (no one is there to type a password). No
 * message quotes the file. Throws `ConfigError`.
 */
export async function readSigningKey(path: string) {
  const { bytes, mode } = await readCapped(path, 'signing key', MAX_BYTES);
  const text = bytes.toString('latin1');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw wrong(path, 'signing key', 'is encrypted', 'Decrypt it with: openssl pkey -in key.pem -out plain.pem');
  }
  if (!text.includes('-----BEGIN PRIVATE KEY-----')) {
    const what = text.includes('-----BEGIN PUBLIC KEY-----')
      ? 'is the public key'
      : 'is not a private key (PEM, PKCS#8)';
    throw wrong(path, 'signing key', what, MAKE_PRIVATE);
  }
  const key = parsed(() => createPrivateKey(bytes), path, 'signing key', MAKE_PRIVATE);
  const isOpen = mode !== null && (mode & 0o077) !== 0 && process.platform !== 'win32';
  return { key, warnings: isOpen ? [`The signing key ${path} can be read by other users: run chmod 600 on it.`] : [] };
}

/** The Ed25519 public key that checks a signature: PEM, as `openssl pkey -pubout` writes it. */
export async function readPublicKey(path: string): Promise<KeyObject> {
  const { bytes } = await readCapped(path, 'public key', MAX_BYTES);
  if (!bytes.includes('-----BEGIN PUBLIC KEY-----')) {
    const isPrivate = bytes.includes('PRIVATE KEY-----');
    throw wrong(path, 'public key', isPrivate ? 'is a private key' : 'is not a public key (PEM)', MAKE_PUBLIC);
  }
  return parsed(() => createPublicKey(bytes), path, 'public key', MAKE_PUBLIC);
}

/** Certificates of timestamp authorities: PEM, one or more. Throws `ConfigError`. */
export async function readAuthorities(path: string): Promise<string> {
  const { bytes } = await readCapped(path, 'certificate file', MOST_CERTIFICATE_BYTES);
  const text = bytes.toString('latin1');
  try {
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    if (blocks.map((block) => new X509Certificate(block)).length > 0) return text;
  } catch {
    // The same as none.
  }
  throw wrong(path, 'certificate file', 'holds no certificate (PEM)', 'Ask the authority for its CA certificate.');
}

function parsed(create: () => KeyObject, path: string, what: string, remedy: string): KeyObject {
  let key: KeyObject;
  try {
    key = create();
  } catch {
    // No cause: a parser's message may quote what it read.
    throw wrong(path, what, 'is damaged', remedy);
  }
  const type = key.asymmetricKeyType ?? 'unknown';
  if (type !== 'ed25519') throw wrong(path, what, `is of the type ${type}, not ed25519`, remedy);
  return key;
}

function wrong(path: string, what: string, problem: string, remedy: string): ConfigError {
  return new ConfigError(`The ${what} ${path} ${problem}.`, { place: { file: path }, remedy });
}
