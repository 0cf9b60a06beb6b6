import { generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate and its key, as PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

const OID_ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const OID_COMMON_NAME = Buffer.from('0603550403', 'hex');
const OID_SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');
const SEQUENCE = 0x30;
const DAY_MS = 86_400_000;

/**
 * Makes a certificate for one host name (X.509 v3, RFC 5280), so that no private key lies in the repository and none
 * ever expires. It is written byte by byte because Node reads certificates but cannot make them.
 */
export function makeCertificate(host: string, validFromMs: number, validToMs: number): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, OID_ECDSA_SHA256);
  const name = der(SEQUENCE, der(0x31, der(SEQUENCE, OID_COMMON_NAME, der(0x0c, Buffer.from(host)))));
  const altNames = der(SEQUENCE, der(0x82, Buffer.from(host)));
  const body = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    algorithm,
    name,
    der(SEQUENCE, time(validFromMs), time(validToMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, der(SEQUENCE, OID_SUBJECT_ALT_NAME, der(0x04, altNames)))),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = der(SEQUENCE, body, algorithm, der(0x03, Buffer.of(0), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Valid from yesterday until tomorrow. */
export function currentCertificate(host: string): TestCertificate {
  return makeCertificate(host, Date.now() - DAY_MS, Date.now() + DAY_MS);
}

/** Valid until yesterday. */
export function expiredCertificate(host: string): TestCertificate {
  return makeCertificate(host, Date.now() - 3 * DAY_MS, Date.now() - DAY_MS);
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

/** GeneralizedTime. */
function time(ms: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`));
}
