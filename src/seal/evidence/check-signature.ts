import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { PartialCheck } from './finding.ts';
import { type FoundFile, MANIFEST_FILE, readSmallFile, SIGNATURE_FILE } from './run-files.ts';
import { fingerprintOf, isSignedBy, SIGNATURE_BYTES } from './signature.ts';

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
    return failed(`is no signature of this ${MANIFEST_FILE} by the key ${fingerprint}`);
  }
  return { findings: [], notices: [], signedBy: fingerprint };
}

function failed(text: string): SignatureCheck {
  return { findings: [{ kind: 'signature', file: SIGNATURE_FILE, text }], notices: [], signedBy: null };
}
