import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bucketUrl, S3_SETTINGS } from '../../src/deliver/s3/bucket.ts';
import { withFolder } from '../run/run-sandbox.ts';
import { listen, status as answer } from './http-server.ts';
import { deliver, dependencies, destination, failureOf, runIn } from './material.ts';
import { KEYS, type S3Fault, type S3Kind, startS3 } from './s3-server.ts';
import { signatureProblem } from './sigv4.ts';

const ENV = { AWS_ACCESS_KEY_ID: KEYS.id, AWS_SECRET_ACCESS_KEY: KEYS.secret };
const SMALL = { 'detections.csv': 'uuid\r\n', 'report.pdf': '%PDF' };

async function bucket(
  folder: string,
  faults: Readonly<Record<number, S3Fault>> = {},
  env: Readonly<Record<string, string>> = ENV,
  entry: object = {},
  kind: S3Kind = {},
) {
  const server = await startS3(faults, kind);
  const settings = { kind: 's3', bucket: 'reports', prefix: 'team a'.replace(' ', '-'), region: KEYS.region };
  const to = destination({ ...settings, endpoint: server.endpoint, ...entry }, dependencies(folder, env));
  return { server, to };
}

/**
 * The metadata service of an EC2 machine that insists on IMDSv2: a token by PUT with its lifetime and past no proxy, and
 * the token with every question. Null: the machine has no role.
 */
async function startMetadata(credentials: object | null) {
  const [token, role] = ['imds-token==', 'report-role'];
  const asked: string[] = [];
  const path = '/latest/meta-data/iam/security-credentials/';
  const answered = ({ method, url, headers }: IncomingMessage): [status: number, body: string] => {
    if (method === 'PUT' && url === '/latest/api/token') {
      const seconds = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']);
      if (headers['x-forwarded-for'] !== undefined) return [403, ''];
      return seconds >= 1 && seconds <= 21_600 ? [200, token] : [400, ''];
    }
    if (headers['x-aws-ec2-metadata-token'] !== token) return [401, ''];
    if (method !== 'GET' || credentials === null) return [404, ''];
    if (url === path) return [200, role];
    return url === `${path}${role}` ? [200, JSON.stringify(credentials)] : [404, ''];
  };
  const server = createServer((request, response) => {
    const [code, body] = answered(request);
    asked.push(`${request.method} ${request.url} ${code}`);
    response.writeHead(code).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('the checker of signatures', () => {
  // The example requests of the S3 API reference, "Authenticating Requests", with their published signatures.
  const keys = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', region: 'us-east-1' };
  const host = 'examplebucket.s3.amazonaws.com';
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const credential = 'Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
  const published = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41';
  const example = (signature: string) => ({
    method: 'GET',
    target: '/test.txt',
    headers: {
      host,
      range: 'bytes=0-9',
      'x-amz-content-sha256': empty,
      'x-amz-date': '20130524T000000Z',
      authorization: `AWS4-HMAC-SHA256 ${credential},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=${signature}`,
    },
  });

  test('accepts the published example, and no other signature', () => {
    expect(signatureProblem(example(published), keys)).toBeNull();
    expect(signatureProblem(example(published.replace('f0', 'f1')), keys)).toBe('SignatureDoesNotMatch');
    expect(signatureProblem({ ...example(published), target: '/test2.txt' }, keys)).toBe('SignatureDoesNotMatch');
  });

  test('wants every x-amz- header signed', () => {
    const request = example(published);
    const headers = { ...request.headers, 'x-amz-meta-a': '1' };
    expect(signatureProblem({ ...request, headers }, keys)).toBe('AccessDenied');
  });
});

describe('a bucket', () => {
  test('gets every file with its hash, the manifest last; the same key again sends nothing', async () => {
    await withFolder(async (folder) => {
      const { server, to } = await bucket(folder);
      const run = await runIn(folder, SMALL);
      expect(await deliver(to, run)).toMatchObject({
        outcome: 'delivered',
        location: 's3://reports/team-a/monthly-compliance_2024-01/',
        files: 3,
      });
      const names = ['detections.csv', 'report.pdf', 'manifest.json'];
      const keys = names.map((name) => `team-a/monthly-compliance_2024-01/${name}`);
      expect([...server.objects.keys()]).toEqual(keys);
      for (const [index, file] of run.files.entries()) {
        const stored = server.objects.get(keys[index] ?? '');
        expect(stored?.headers['x-amz-meta-sha256']).toBe(file.sha256);
        expect(stored?.headers['content-type']).toBe(file.mediaType);
        expect(stored?.body.length).toBe(file.bytes);
      }
      const asked = server.requests.length;
      expect(await deliver(to, run)).toMatchObject({ outcome: 'already' });
      expect(server.requests.slice(asked)).toEqual([expect.stringMatching(/^HEAD .*manifest\.json$/)]);
    });
  });

  test('gets a large file in parts that fit in memory', async () => {
    await withFolder(async (folder) => {
      const { server, to } = await bucket(folder);
      const large = randomBytes(20 * 1024 * 1024 + 17);
      const run = await runIn(folder, { 'records.zip': large });
      await deliver(to, run);
      const stored = server.objects.get('team-a/monthly-compliance_2024-01/records.zip');
      expect(stored?.body.equals(large)).toBe(true);
      expect(stored?.headers['x-amz-meta-sha256']).toBe(run.files[0]?.sha256);
      expect(server.largestBody()).toBe(8 * 1024 * 1024);
      expect(server.requests.filter((line) => line.includes('partNumber='))).toHaveLength(3);
      expect(server.openUploads()).toBe(0);
    });
  });

  test('a fault in the middle leaves no half upload; the next attempt sends only what is missing', async () => {
    await withFolder(async (folder) => {
      // HEAD manifest, HEAD csv, PUT csv, HEAD zip, POST uploads, part 1, then the fault.
      const { server, to } = await bucket(folder, { 7: { status: 503, code: 'SlowDown' } });
      const run = await runIn(folder, { 'a.csv': 'a', 'records.zip': randomBytes(9 * 1024 * 1024) });
      const error = await failureOf(to, run);
      expect(error).toMatchObject({ fault: 'busy', retryable: true });
      expect(server.openUploads()).toBe(0);
      expect([...server.objects.keys()]).toEqual(['team-a/monthly-compliance_2024-01/a.csv']);
      expect(await deliver(to, run)).toMatchObject({ details: { files_from_earlier_attempts: 1 } });
      expect(server.objects.size).toBe(3);
    });
  });

  test('another run under the name is not touched', async () => {
    await withFolder(async (folder) => {
      const { server, to } = await bucket(folder);
      await deliver(to, await runIn(folder, SMALL));
      const other = await runIn(folder, SMALL);
      await writeFile(other.files.at(-1)?.path ?? '', 'x');
      const changed = { ...other, files: other.files.map((file) => ({ ...file, sha256: '0'.repeat(64) })) };
      expect(await failureOf(to, changed)).toMatchObject({ fault: 'refused', retryable: false });
      expect(server.requests.filter((line) => line.startsWith('PUT'))).toHaveLength(3);
    });
  });

  test.each([
    ['a wrong secret', { ...ENV, AWS_SECRET_ACCESS_KEY: 'wrong-secret-value' }, {}, /SignatureDoesNotMatch/],
    ['a wrong key id', { ...ENV, AWS_ACCESS_KEY_ID: 'OTHER' }, {}, /InvalidAccessKeyId/],
    ['a wrong region', ENV, { region: 'us-east-1' }, /AuthorizationHeaderMalformed/],
    ['no such bucket', ENV, { bucket: 'elsewhere' }, /NoSuchBucket/],
  ])('%s is refused, and told without a secret', async (_what, env, entry, words) => {
    await withFolder(async (folder) => {
      const { to } = await bucket(folder, {}, env, entry);
      const error = await failureOf(to, await runIn(folder, SMALL));
      expect(error).toMatchObject({ fault: 'refused', retryable: false });
      expect(error.message).toMatch(words);
      expect(`${error.message} ${error.remedy}`).not.toContain(env['AWS_SECRET_ACCESS_KEY']);
    });
  });

  test.each([
    [501, 'NotImplemented'],
    [400, 'InvalidArgument'],
    [400, 'InvalidRequest'],
    [400, ''],
  ])(
    'a gateway that refuses checksums (%i %s) is not sent any, and is asked no more than once',
    async (status, code) => {
      await withFolder(async (folder) => {
        const { server, to } = await bucket(folder, {}, ENV, {}, { refusesChecksums: { status, code } });
        const large = randomBytes(9 * 1024 * 1024);
        const run = await runIn(folder, { 'a.csv': 'a', 'b.csv': 'b', 'records.zip': large });
        expect(await deliver(to, run)).toMatchObject({ outcome: 'delivered', files: 4 });
        expect(server.objects.size).toBe(4);
        expect(server.objects.get('team-a/monthly-compliance_2024-01/records.zip')?.body.equals(large)).toBe(true);
        expect(server.requests.filter((line) => line.startsWith('PUT') && line.includes('a.csv'))).toHaveLength(2);
        expect(server.requests.filter((line) => line.startsWith('PUT') && line.includes('b.csv'))).toHaveLength(1);
        expect(server.openUploads()).toBe(0);
      });
    },
  );

  test('a gateway that refuses checksums is found out in the middle of a large file, too', async () => {
    await withFolder(async (folder) => {
      const { server, to } = await bucket(
        folder,
        {},
        ENV,
        {},
        { refusesChecksums: { status: 501, code: 'NotImplemented' } },
      );
      const run = await runIn(folder, { 'records.zip': randomBytes(9 * 1024 * 1024) });
      expect(await deliver(to, run)).toMatchObject({ outcome: 'delivered' });
      expect(server.openUploads()).toBe(0);
    });
  });

  test('bytes that changed on the way are refused, not sent again without a checksum', async () => {
    await withFolder(async (folder) => {
      const { server, to } = await bucket(folder, { 3: { status: 400, code: 'BadDigest' } });
      expect(await failureOf(to, await runIn(folder, SMALL))).toMatchObject({ fault: 'refused' });
      expect(server.requests).toHaveLength(3);
    });
  });

  test('a bucket and a region of another kind than those of AWS are taken', async () => {
    await withFolder(async (folder) => {
      const kind = { bucket: 'Reports_2019', region: 'RegionOne' };
      const { server, to } = await bucket(folder, {}, ENV, { ...kind, path_style: false }, kind);
      expect(await deliver(to, await runIn(folder, SMALL))).toMatchObject({ outcome: 'delivered' });
      expect(server.objects.size).toBe(3);
    });
  });

  test('temporary credentials of the environment are taken with their token', async () => {
    await withFolder(async (folder) => {
      const token = 'FwoGZXIvYXdzEXAMPLE//token==';
      const env = { ...ENV, AWS_SESSION_TOKEN: token };
      const { to } = await bucket(folder, {}, env, {}, { token });
      expect(await deliver(to, await runIn(folder, SMALL))).toMatchObject({ outcome: 'delivered' });
    });
  });

  test('a token of the environment does not go with credentials from elsewhere', async () => {
    await withFolder(async (folder) => {
      const env = { MY_ID: KEYS.id, MY_SECRET: KEYS.secret, AWS_SESSION_TOKEN: 'of-other-credentials' };
      const entry = { access_key_id: { env: 'MY_ID' }, secret_access_key: { env: 'MY_SECRET' } };
      const { to } = await bucket(folder, {}, env, entry);
      expect(await deliver(to, await runIn(folder, SMALL))).toMatchObject({ outcome: 'delivered' });
    });
  });

  test('files: names what goes there, the evidence always with it', async () => {
    await withFolder(async (folder) => {
      const run = await runIn(folder, { ...SMALL, 'records.zip': 'PK', SHA256SUMS: 'x' });
      const { server, to } = await bucket(folder, {}, ENV, { files: ['report.pdf', 'report.xlsx'] });
      expect(await deliver(to, run)).toMatchObject({
        files: 3,
        notices: ['monthly-compliance_2024-01 has no such file: report.xlsx.'],
      });
      expect([...server.objects.keys()].map((key) => key.split('/').at(-1))).toEqual([
        'report.pdf',
        'SHA256SUMS',
        'manifest.json',
      ]);
    });
  });

  test('a broken connection and a full storage are told apart', async () => {
    await withFolder(async (folder) => {
      const run = await runIn(folder, SMALL);
      const reset = await bucket(folder, { 1: 'reset' });
      expect(await failureOf(reset.to, run)).toMatchObject({ fault: 'unreachable', retryable: true });
      const full = await bucket(folder, { 3: { status: 507, code: 'XMinioStorageFull' } });
      expect(await failureOf(full.to, run)).toMatchObject({ fault: 'full', retryable: false });
    });
  });

  test('a file that changed since it was sealed is not delivered', async () => {
    await withFolder(async (folder) => {
      const { server, to } = await bucket(folder);
      const run = await runIn(folder, { 'a.csv': 'a', 'records.zip': Buffer.alloc(9 * 1024 * 1024, 1) });
      await writeFile(run.files[1]?.path ?? '', Buffer.alloc(9 * 1024 * 1024, 2));
      expect(await failureOf(to, run)).toMatchObject({ fault: 'unreadable' });
      expect([...server.objects.keys()]).toEqual(['team-a/monthly-compliance_2024-01/a.csv']);
      expect(server.openUploads()).toBe(0);
    });
  });
});

describe('addresses', () => {
  const url = (entry: object) => bucketUrl(S3_SETTINGS.parse({ kind: 's3', bucket: 'reports', ...entry })).href;

  test.each([
    [{ region: 'eu-west-1' }, 'https://reports.s3.eu-west-1.amazonaws.com/'],
    [{ region: 'cn-north-1' }, 'https://reports.s3.cn-north-1.amazonaws.com.cn/'],
    [{ bucket: 'my.reports', region: 'eu-west-1' }, 'https://s3.eu-west-1.amazonaws.com/my.reports'],
    [{ endpoint: 'https://minio.example.com:9000/' }, 'https://minio.example.com:9000/reports'],
    [{ endpoint: 'https://example.com', path_style: false }, 'https://reports.example.com/'],
    [{ bucket: 'Reports_2019', region: 'us-east-1' }, 'https://s3.us-east-1.amazonaws.com/Reports_2019'],
  ])('%j is %s', (entry, expected) => expect(url(entry)).toBe(expected));

  test.each([
    ['http://minio.example.com', /in the clear/],
    ['ftp://minio.example.com', /not an address/],
    ['https://user:pass@minio.example.com', /user name/],
  ])('%s is refused', (endpoint, words) => expect(() => url({ endpoint })).toThrow(words));

  test.each([
    { bucket: 'a b' },
    { bucket: '../x' },
    { bucket: 'x' },
    { region: 'eu/1' },
    { region: 'a.example.com/' },
    { prefix: '/a' },
    { files: ['../x'] },
  ])('%j is refused in words', (entry) => {
    const found = S3_SETTINGS.safeParse({ kind: 's3', bucket: 'reports', ...entry });
    expect(found.success).toBe(false);
    for (const { message } of found.error?.issues ?? []) expect(message).not.toMatch(/\^|pattern|\[/);
  });

  test('a secret in the job file itself is refused, and not quoted', () => {
    const entry = { secret_access_key: 'AKIA-very-secret' };
    expect(() => url(entry)).toThrow(/write no secret into this file/);
    expect(() => url(entry)).not.toThrow(/very-secret/);
  });
});

describe('credentials', () => {
  const found = { AccessKeyId: KEYS.id, SecretAccessKey: KEYS.secret, Token: 'session-token-1' };
  const tokensOf = (server: Awaited<ReturnType<typeof startS3>>) => [
    ...new Set([...server.objects.values()].map(({ headers }) => headers['x-amz-security-token'])),
  ];

  test('come from the role of a container', async () => {
    await withFolder(async (folder) => {
      const agent = await listen([answer(200, {}, JSON.stringify(found))]);
      await writeFile(join(folder, 'token'), 'agent-token\n');
      const env = {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, 'token'),
      };
      const { server, to } = await bucket(folder, {}, env, {}, { token: 'session-token-1' });
      await deliver(to, await runIn(folder, SMALL));
      expect(agent.received[0]?.headers['authorization']).toBe('agent-token');
      expect(tokensOf(server)).toEqual(['session-token-1']);
    });
  });

  test.each(['', '/'])('come from the role of a machine, by IMDSv2 and past any proxy%s', async (end) => {
    await withFolder(async (folder) => {
      const metadata = await startMetadata({ ...found, Code: 'Success' });
      const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: `${metadata.url}${end}` };
      const { server, to } = await bucket(folder, {}, env, {}, { token: 'session-token-1' });
      await deliver(to, await runIn(folder, SMALL));
      expect(tokensOf(server)).toEqual(['session-token-1']);
      // Each delivery asks once: a token, the name of the role, its credentials.
      expect(metadata.asked).toEqual([
        'PUT /latest/api/token 200',
        'GET /latest/meta-data/iam/security-credentials/ 200',
        'GET /latest/meta-data/iam/security-credentials/report-role 200',
      ]);
    });
  });

  test('of a machine without a role, or whose metadata are switched off, are missed with what to set', async () => {
    await withFolder(async (folder) => {
      const metadata = await startMetadata(null);
      const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url };
      const none = await bucket(folder, {}, env);
      await expect(none.to.check()).rejects.toThrow('no credentials, and this machine has no role');
      expect(metadata.asked.at(-1)).toBe('GET /latest/meta-data/iam/security-credentials/ 404');
      const before = metadata.asked.length;
      const off = await bucket(folder, {}, { ...env, AWS_EC2_METADATA_DISABLED: 'true' });
      await expect(off.to.check()).rejects.toThrow(/The bucket has no credentials/);
      expect(metadata.asked.length).toBe(before);
    });
  });

  test('come from a web identity', async () => {
    await withFolder(async (folder) => {
      const fields = `<AccessKeyId>${KEYS.id}</AccessKeyId><SecretAccessKey>${KEYS.secret}</SecretAccessKey><SessionToken>t2</SessionToken>`;
      const sts = await listen([answer(200, {}, `<R><Credentials>${fields}</Credentials></R>`)]);
      await writeFile(join(folder, 'jwt'), 'a.b.c');
      const env = {
        AWS_ROLE_ARN: 'arn:aws:iam::1:role/reports',
        AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'jwt'),
        AWS_ENDPOINT_URL_STS: sts.url,
      };
      const { server, to } = await bucket(folder, {}, env, {}, { token: 't2' });
      await deliver(to, await runIn(folder, SMALL));
      expect(sts.received[0]?.body).toContain('Action=AssumeRoleWithWebIdentity');
      expect(sts.received[0]?.body).toContain('WebIdentityToken=a.b.c');
      expect(tokensOf(server)).toEqual(['t2']);
    });
  });

  test('that are nowhere are missed, with what to set', async () => {
    await withFolder(async (folder) => {
      const { to } = await bucket(folder, {}, {});
      await expect(to.check()).rejects.toThrow(/The bucket has no credentials/);
    });
  });
});

test('locks and encrypts where the settings ask for it, and sends no such header otherwise', async () => {
  await withFolder(async (folder) => {
    const run = await runIn(folder, SMALL);
    const plain = await bucket(folder);
    await deliver(plain.to, run);
    const special = /object-lock|server-side-encryption|sdk-checksum|acl|tagging/;
    const sent = [...plain.server.objects.values()].flatMap(({ headers }) => Object.keys(headers));
    expect(sent.filter((name) => special.test(name))).toEqual([]);
    const entry = { kms_key: 'alias/reports', lock_days: 30, lock_mode: 'compliance' };
    const locked = await bucket(folder, {}, ENV, entry);
    await deliver(locked.to, run);
    const [put] = locked.server.objects.values();
    expect(put?.headers).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'alias/reports',
      'x-amz-object-lock-mode': 'COMPLIANCE',
    });
    const until = Date.parse(String(put?.headers['x-amz-object-lock-retain-until-date']));
    expect(Math.round((until - Date.now()) / 86_400_000)).toBe(30);
  });
});

test('is tried by one small object beside the runs', async () => {
  await withFolder(async (folder) => {
    const { server, to } = await bucket(folder);
    await to.checkLive?.(new AbortController().signal);
    expect([...server.objects.keys()]).toEqual(['team-a/.detect-report-check']);
    const wrong = await bucket(folder, {}, { ...ENV, AWS_SECRET_ACCESS_KEY: 'wrong-secret-value' });
    await expect(wrong.to.checkLive?.(new AbortController().signal)).rejects.toThrow(/SignatureDoesNotMatch/);
  });
});
