import * as z from 'zod';
import { ConfigError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { openHttpClient } from '../../platform/http/client.ts';
import { type DeliveryDependencies, DeliveryError } from '../destination.ts';
import { wireFailure } from '../http-failure.ts';
import type { Credentials, S3Settings } from './bucket.ts';

const LIMITS = { connectMs: 2_000, headersMs: 10_000, idleBodyMs: 5_000 };
const TIMEOUT_MS = 15_000;
const MOST_BYTES = 64 * 1024;
/** Link-local addresses of AWS: ECS agent, EKS agent and EC2 metadata, reached without TLS by design. */
const ECS_HOST = 'http://169.254.170.2';
const EC2_HOST = 'http://169.254.169.254';
const DIRECTLY = { proxies: { https: null, http: null, no: null } } as const;
const SET_KEYS = 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name access_key_id and secret_access_key.';

const answer = z.looseObject({
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  Token: z.string().optional(),
});

/**
 * The credentials that the settings name; else, in the order of the AWS SDKs: the AWS_… variables, a web identity
 * (AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE), the container's role, the machine's role. Throws `ConfigError`,
 * `DeliveryError`.
 */
export async function readCredentials(settings: S3Settings, deps: DeliveryDependencies): Promise<Credentials> {
  const { access_key_id: id, secret_access_key: key, session_token: token } = settings;
  const { variable } = deps;
  const sessionToken = token === undefined ? null : await deps.readSecret(token);
  if (id !== undefined && key !== undefined) {
    return { accessKeyId: await deps.readSecret(id), secretAccessKey: await deps.readSecret(key), sessionToken };
  }
  if (variable('AWS_ACCESS_KEY_ID') !== null) {
    const isTemporary = sessionToken === null && variable('AWS_SESSION_TOKEN') !== null;
    return {
      accessKeyId: await deps.readSecret({ env: 'AWS_ACCESS_KEY_ID' }),
      secretAccessKey: await deps.readSecret({ env: 'AWS_SECRET_ACCESS_KEY' }),
      sessionToken: isTemporary ? await deps.readSecret({ env: 'AWS_SESSION_TOKEN' }) : sessionToken,
    };
  }
  const [role, tokenFile] = [variable('AWS_ROLE_ARN'), variable('AWS_WEB_IDENTITY_TOKEN_FILE')];
  if (role !== null && tokenFile !== null) return await ofWebIdentity(settings.region, role, tokenFile, deps);
  const relative = variable('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  const full = relative === null ? variable('AWS_CONTAINER_CREDENTIALS_FULL_URI') : `${ECS_HOST}${relative}`;
  if (full !== null) {
    const file = variable('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
    const env = 'AWS_CONTAINER_AUTHORIZATION_TOKEN';
    const isKnown = file !== null || variable(env) !== null;
    const authorization = isKnown ? await deps.readSecret(file === null ? { env } : { file }) : null;
    const headers = authorization === null ? {} : { authorization: authorization.reveal() };
    const text = await send({ ...deps, ...DIRECTLY }, 'GET', full, headers);
    return credentialsIn(text, 'the container');
  }
  const metadata = variable('AWS_EC2_METADATA_SERVICE_ENDPOINT');
  const isAws = settings.endpoint === undefined || metadata !== null;
  if (isAws && variable('AWS_EC2_METADATA_DISABLED') !== 'true') {
    return await ofMachine((metadata ?? EC2_HOST).replace(/\/$/, ''), { ...deps, ...DIRECTLY });
  }
  throw new ConfigError('The bucket has no credentials.', { remedy: SET_KEYS });
}

/** STS takes the token itself as the proof: the request is not signed (AssumeRoleWithWebIdentity). */
async function ofWebIdentity(region: string, role: string, file: string, deps: DeliveryDependencies) {
  const token = await deps.readSecret({ file });
  const url = deps.variable('AWS_ENDPOINT_URL_STS');
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'detect-report',
    WebIdentityToken: token.reveal(),
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const text = await send(deps, 'POST', url ?? `https://sts.${region}.amazonaws.com/`, headers, body.toString());
  const fields = text.matchAll(/<(AccessKeyId|SecretAccessKey|SessionToken)>([^<]{1,4096})</g);
  const { SessionToken, ...keys } = Object.fromEntries([...fields].map(([, name, value]) => [name, value]));
  return credentialsIn(JSON.stringify({ ...keys, Token: SessionToken }), 'STS');
}

/** The machine's role, by IMDSv2. */
async function ofMachine(host: string, deps: DeliveryDependencies): Promise<Credentials> {
  const base = `${host}/latest/meta-data/iam/security-credentials/`;
  try {
    const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
    const headers = { 'x-aws-ec2-metadata-token': await send(deps, 'PUT', `${host}/latest/api/token`, ttl) };
    const [role = ''] = (await send(deps, 'GET', base, headers)).split('\n');
    return credentialsIn(await send(deps, 'GET', `${base}${role.trim()}`, headers), 'the machine');
  } catch (cause) {
    throw new ConfigError('The bucket has no credentials, and this machine has no role.', { remedy: SET_KEYS, cause });
  }
}

async function send(
  deps: DeliveryDependencies,
  method: 'GET' | 'POST' | 'PUT',
  address: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<string> {
  if (!URL.canParse(address)) throw new ConfigError('The address of the AWS credentials is not an address.');
  const url = new URL(address);
  const who = `The credentials at ${url.host}`;
  const client = openHttpClient(url, { ...deps, limits: LIMITS, timeoutMs: TIMEOUT_MS, maxBodyBytes: MOST_BYTES });
  try {
    const reply = await client.send({ method, url, headers, body }, AbortSignal.timeout(TIMEOUT_MS));
    if (reply.status === 200) return reply.body.toString('utf8');
    throw new DeliveryError(reply.status >= 500 ? 'busy' : 'refused', `${who} were refused (status ${reply.status}).`, {
      remedy: 'Check the role of this pod, container or machine.',
    });
  } catch (error) {
    throw wireFailure(error, who);
  } finally {
    await client.close();
  }
}

function credentialsIn(text: string, who: string): Credentials {
  try {
    const { AccessKeyId, SecretAccessKey, Token } = answer.parse(JSON.parse(text));
    return {
      accessKeyId: new Secret(AccessKeyId),
      secretAccessKey: new Secret(SecretAccessKey),
      sessionToken: Token === undefined ? null : new Secret(Token),
    };
  } catch {
    // The answer holds secrets: it is not quoted.
    throw new DeliveryError('refused', `The role of ${who} gave no credentials.`);
  }
}
