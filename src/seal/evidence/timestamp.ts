import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type * as Pkijs from 'pkijs';
import { ConfigError } from '../../core/errors.ts';
import { shorten, terminalSafe } from '../../core/text.ts';
import type { PartialCheck } from './finding.ts';
import { type FoundFile, MANIFEST_FILE, readSmallFile, TIMESTAMP_FILE } from './run-files.ts';

/** Far above any token with its certificates. */
export const LARGEST_TIMESTAMP_BYTES = 256 * 1024;
export const NONCE_BYTES = 8;

/** id-ce-extKeyUsage and id-kp-timeStamping (RFC 5280, 4.2.1.12). */
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const COMMON_NAME = '2.5.4.3';
const LONGEST_NAME = 100;

export interface Timestamp {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The name in the certificate that signed it. */
  readonly authority: string;
}

/** A token that is not accepted; the message ends a sentence: `manifest.json.tsr …`. */
export class TimestampFault extends Error {
  override readonly name = 'TimestampFault';
}

/**
 * A request for a token over the SHA-256 of the content (RFC 3161, 2.4.1): version 1, the digest, a nonce, and the wish
 * for certificates. Always 70 bytes, because the nonce's first bit is set.
 */
export function timestampRequest(content: Uint8Array, nonce: Uint8Array): Uint8Array {
  const digest = createHash('sha256').update(content).digest();
  const imprint = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const parts = [Buffer.from('3044020101', 'hex'), imprint, digest, Buffer.from('0209', 'hex')];
  return Buffer.concat([...parts, nonceInteger(nonce), Buffer.from('0101ff', 'hex')]);
}

function nonceInteger(nonce: Uint8Array): Uint8Array {
  return Uint8Array.from([0, 0x80 | (nonce[0] ?? 0), ...nonce.subarray(1, NONCE_BYTES)]);
}

/**
 * Reads an authority's answer (RFC 3161, 2.4.2) and checks that its token is over this content, was signed by the
 * certificate in it, and, if `authorities` is given (PEM), that this certificate was issued for timestamps by one of
 * them and was valid at the token's time. `nonce`: the request's, if known. Throws `TimestampFault`, and `ConfigError`
 * if the packages that read it are missing.
 */
export async function readTimestamp(
  answer: Uint8Array,
  content: Uint8Array,
  known: { readonly authorities?: string | null; readonly nonce?: Uint8Array } = {},
): Promise<Timestamp> {
  const { authorities = null, nonce = null } = known;
  const pkijs = await loadReader();
  const trustedCerts = authorities === null ? [] : certificatesIn(authorities, pkijs);
  let signed: Pkijs.SignedData;
  let said: Pkijs.TSTInfo;
  try {
    const { status, timeStampToken } = pkijs.TimeStampResp.fromBER(answer);
    const { granted, grantedWithMods } = pkijs.PKIStatus;
    if (status.status !== granted && status.status !== grantedWithMods) {
      throw new TimestampFault(`holds a refusal (status ${status.status})`);
    }
    signed = new pkijs.SignedData({ schema: timeStampToken?.content });
    said = pkijs.TSTInfo.fromBER(signed.encapContentInfo.eContent?.getValue() ?? new ArrayBuffer(0));
  } catch (error) {
    throw error instanceof TimestampFault ? error : new TimestampFault('is not an answer of a timestamp authority');
  }
  const imprint = Buffer.from(said.messageImprint.hashedMessage.valueBlock.valueHexView);
  if (!imprint.equals(createHash('sha256').update(content).digest())) {
    throw new TimestampFault(`is over other content than this ${MANIFEST_FILE}`);
  }
  if (nonce !== null && !nonceInteger(nonce).every((byte, i) => said.nonce?.valueBlock.valueHexView[i] === byte)) {
    throw new TimestampFault('answers another request');
  }
  const given = { signer: 0, data: Uint8Array.from(content).buffer, trustedCerts, passedWhenNotRevValues: true };
  const verified = await signed
    .verify({ ...given, checkChain: authorities !== null, extendedMode: true })
    .catch((error: unknown) => ({ signatureVerified: false, signerCertificate: null, code: Object(error).code }));
  const { signerCertificate: signer } = verified;
  if (verified.signatureVerified !== true || signer === null || signer === undefined) {
    const isChain = verified.code === CHAIN_REFUSED;
    throw new TimestampFault(isChain ? 'is by no given authority that was valid at its time' : 'has a wrong signature');
  }
  if (!isForTimestamps(signer)) throw new TimestampFault('is signed with a certificate for other purposes');
  return { time: said.genTime.toISOString(), authority: nameOf(signer) };
}

/** pkijs: "Validation of signer's certificate failed". */
const CHAIN_REFUSED = 5;

function isForTimestamps({ extensions = [] }: Pkijs.Certificate): boolean {
  const usage = extensions.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  const purposes = (usage?.parsedValue as { keyPurposes?: readonly string[] } | undefined)?.keyPurposes ?? [];
  return usage?.critical === true && purposes.length === 1 && purposes[0] === TIME_STAMPING;
}

function nameOf({ subject }: Pkijs.Certificate): string {
  const names = subject.typesAndValues;
  const name = names.find(({ type }) => type === COMMON_NAME) ?? names.at(-1);
  return shorten(terminalSafe(name?.value.valueBlock.value ?? 'unnamed'), LONGEST_NAME);
}

function certificatesIn(pem: string, pkijs: typeof Pkijs): Pkijs.Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) =>
    pkijs.Certificate.fromBER(Buffer.from(block.replaceAll(/-----[^-]+-----/g, ''), 'base64')),
  );
}

/** The packages that read tokens. Throws `ConfigError` if they are missing. */
export async function loadReader(): Promise<typeof Pkijs> {
  try {
    return await import('pkijs');
  } catch (error) {
    throw new ConfigError('Timestamps need two packages that are not installed.', {
      remedy: 'Install them with: npm install pkijs@4 asn1js@4',
      cause: error,
    });
  }
}

export interface TimestampCheck extends PartialCheck {
  /** Null for a run without one, or with one that is not accepted. */
  readonly timestamp: (Timestamp & { readonly isTrusted: boolean }) | null;
}

/** Checks the manifest's timestamp; without authorities, only that it is over this manifest and signed. */
export async function checkTimestamp(
  runDir: string,
  found: ReadonlyMap<string, FoundFile>,
  manifest: Uint8Array | null,
  authorities: string | null,
): Promise<TimestampCheck> {
  const nothing = { findings: [], notices: [], timestamp: null };
  const failed = (text: string): TimestampCheck => ({
    ...nothing,
    findings: [{ kind: 'timestamp', file: TIMESTAMP_FILE, text }],
  });
  const file = found.get(TIMESTAMP_FILE);
  if (file === undefined) return authorities === null ? nothing : failed('is missing: the manifest has no timestamp');
  if (file.kind !== 'file' || manifest === null) return nothing;
  const answer = await readSmallFile(join(runDir, TIMESTAMP_FILE), LARGEST_TIMESTAMP_BYTES);
  if (answer === null) return failed('cannot be read, or is longer than any timestamp');
  try {
    const timestamp = await readTimestamp(answer, manifest, { authorities });
    const notice = `The timestamp says ${timestamp.time} by ${timestamp.authority}; that authority was not checked: no --timestamp-ca was given.`;
    const isTrusted = authorities !== null;
    return { findings: [], notices: isTrusted ? [] : [notice], timestamp: { ...timestamp, isTrusted } };
  } catch (error) {
    if (error instanceof TimestampFault) return failed(error.message);
    if (!(error instanceof ConfigError) || authorities !== null) throw error;
    return { ...nothing, notices: ['The timestamp was not checked: npm install pkijs@4 asn1js@4 allows it.'] };
  }
}
