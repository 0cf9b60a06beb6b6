import { sha256Of } from '../../core/sha256.ts';
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

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
