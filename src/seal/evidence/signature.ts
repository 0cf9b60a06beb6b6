import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { join } from 'node:path';
import { sha256Of } from '../../core/merkle.ts';
import type { PartialCheck } from './finding.ts';
import { type FoundFile, MANIFEST_FILE, readSmallFile, SIGNATURE_FILE } from './run-files.ts';

/** An Ed25519 signature is 64 bytes (RFC 8032, 5.1.6). */
export const SIGNATURE_BYTES = 64;

/**
 * Detached Ed25519 signature (RFC 8032) over the manifest's bytes: what `openssl pkeyutl -verify -rawin` checks. The
 * same key and manifest always give the same bytes.
 */
export function signManifest(manifest: Uint8Array, privateKey: KeyObject): Uint8Array {
  return sign(null, manifest, privateKey);
}

export function isSignedBy(manifest: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  return signature.byteLength === SIGNATURE_BYTES && verify(null, manifest, publicKey, signature);
}

/**
 * SHA-256 (hex) of the public key's DER form, as `openssl pkey -pubin -in FILE -outform DER | sha256sum` prints it.
 * Takes either half of a pair.
 */
export function fingerprintOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return sha256Of(publicKey.export({ type: 'spki', format: 'der' }));
}

export interface SignatureCheck extends PartialCheck {
  /** Fingerprint of the key that signed the manifest; null if that was not proven. */
  readonly signedBy: string | null;
}

/** Checks the detached signature against the manifest as it is. Without a key it cannot be checked. */
export async function checkSignature(
  runDir: string,
  found: ReadonlyMap<string, FoundFile>,
  manifest: Uint8Array | null,
  publicKey: KeyObject | null,
): Promise<SignatureCheck> {
  if (publicKey === null) {
    const notices = found.has(SIGNATURE_FILE) ? ['The signature was not checked: no public key was given.'] : [];
    return { findings: [], notices, signedBy: null };
  }
  if (!found.has(SIGNATURE_FILE)) return failed('is missing: the manifest is not signed');
  const fingerprint = fingerprintOf(publicKey);
  const signature = await readSmallFile(join(runDir, SIGNATURE_FILE), SIGNATURE_BYTES);
  if (manifest === null || signature === null || !isSignedBy(manifest, signature, publicKey)) {
    return failed(`is not a signature of this ${MANIFEST_FILE} by the key ${fingerprint}`);
  }
  return { findings: [], notices: [], signedBy: fingerprint };
}

function failed(text: string): SignatureCheck {
  return { findings: [{ kind: 'signature', file: SIGNATURE_FILE, text }], notices: [], signedBy: null };
}
