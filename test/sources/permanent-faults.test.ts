import { describe, expect, test } from 'vitest';
import { ConfigError, SourceError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import { KEY, NO_PROXIES, openClient } from './api-client.ts';
import { startServer, status } from './scripted-server.ts';

const PERMANENT: readonly (readonly [number, unknown, RegExp, RegExp])[] = [
  [
    400,
    { success: false, message: 'page_size must be between 10 and 1000' },
    /^The API does not accept the request \(400 Bad Request: "page_size must be between 10 and 1000"\)\.$/,
    /--page-size/,
  ],
  [400, { success: false, errors: { page: ['must be >= 1'] } }, /"page must be >= 1"/, /--page-size/],
  [
    401,
    { success: false, error: 'Invalid token' },
    /key ….{2}Zq \(401 Unauthorized: "Invalid token"\)/,
    /RESEMBLE_API_KEY/,
  ],
  [402, { error_code: 'insufficient_balance', message: 'Insufficient balance.' }, /balance is empty/, /Add credits/],
  [403, {}, /key ….{2}Zq may not read the detections \(403 Forbidden\)\.$/, /access/],
  [404, { message: 'Not found' }, /no list of detections at 127\.0\.0\.1:\d+ \(404 Not Found/, /--base-url/],
  [405, {}, /refuses the request \(405/, /--base-url/],
  [410, {}, /refuses the request \(410/, /--base-url/],
  [422, {}, /refuses the request \(422/, /--base-url/],
  [451, {}, /refuses the request \(451/, /--base-url/],
  [499, {}, /refuses the request \(499\)/, /--base-url/],
  [501, {}, /refuses the request \(501/, /--base-url/],
  [505, {}, /refuses the request \(505/, /--base-url/],
];

describe('a refusal costs one request and names the remedy', () => {
  test.each(PERMANENT)('%i %j', async (code, body, message, remedy) => {
    // `Retry-After` does not make a refusal worth repeating.
    const server = await startServer([status(code, { 'retry-after': '1' }, body)]);
    const client = openClient(server.port);
    const failure = await client.failure();
    expect(failure).toBeInstanceOf(SourceError);
    expect(failure.message).toMatch(message);
    expect(failure).toMatchObject({ kind: 'source', place: { page: 1, attempt: 1, status: code } });
    expect((failure as SourceError).remedy).toMatch(remedy);
    expect(server.requests.length).toBe(1);
    expect(client.events).toEqual([]);
    expect(client.throttle.calls).toEqual(['enter', 'leave']);
    // Control: the next page is read, so the client was not simply broken.
    expect((await client.page(2)).items.length).toBe(10);
  });
});

describe('a redirect is never followed', () => {
  test.each([300, 301, 302, 303, 307, 308, 304])('%i', async (code) => {
    const target = await startServer([]);
    const location = `http://127.0.0.1:${target.port}/steal?token=abc`;
    const server = await startServer([status(code, { location })]);
    const client = openClient(server.port);
    const failure = await client.failure();
    expect(failure).toBeInstanceOf(SourceError);
    expect(failure.message).toContain(`redirects to 127.0.0.1:${target.port} (${code}`);
    expect(failure.message).not.toContain('token');
    expect((failure as SourceError).remedy).toMatch(/--base-url/);
    expect([server.requests.length, target.requests.length, target.connections()]).toEqual([1, 0, 0]);
  });
});

test('a hostile message cannot steer the terminal, nor flood it', async () => {
  const message = `\u001b[2J\u202e\u0007${'x'.repeat(5000)}`;
  const server = await startServer([status(400, {}, { message })]);
  const failure = await openClient(server.port).failure();
  expect(failure.message).toContain('\\u{1b}[2J\\u{202e}\\u{7}xxx');
  expect(failure.message.length).toBeLessThan(350);
});

test('an error body that cannot be read does not hide the status', async () => {
  const server = await startServer([
    (_request, response) => response.writeHead(401, { 'content-encoding': 'gzip' }).end('no gzip'),
    (_request, response) => response.writeHead(403).end(Buffer.alloc(1_000_000)),
    (_request, response) => response.writeHead(404, { 'content-length': '10' }).write('{', () => response.destroy()),
  ]);
  const client = openClient(server.port);
  expect((await client.failure()).message).toMatch(/\(401 Unauthorized\)\.$/);
  expect((await client.failure()).message).toMatch(/\(403 Forbidden\)\.$/);
  expect((await client.failure()).message).toMatch(/\(404 Not Found\)\.$/);
  expect(server.requests.length).toBe(3);
});

describe('nothing is sent', () => {
  test.each([
    ['ftp://api.example', /not an https address/],
    ['app.resemble.ai', /not an https address/],
    ['', /not an https address/],
    ['http://app.resemble.ai', /http:\/\/app\.resemble\.ai would send the key in clear text/],
    ['http://127.0.0.1.evil.example', /clear text/],
    ['http://localhost.evil.example', /clear text/],
    ['http://128.0.0.1', /clear text/],
    ['https://user:secret@app.resemble.ai', /credentials, a query or a fragment \(host app\.resemble\.ai\)/],
    ['https://app.resemble.ai/?a=b', /credentials, a query or a fragment/],
  ])('to the base URL %s', (baseUrl, message) => {
    const error = configErrorOf(() => openClient(1, { baseUrl }));
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('secret');
    expect(error.remedy).toMatch(/https/);
  });

  test.each([
    ['', /is empty/],
    ['abc\ndef-very-secret', /holds white space, a line break or a character outside ASCII/],
    ['abc def-very-secret', /holds white space/],
    ['abc\u0000def-very-secret', /holds white space/],
    ['abcé-very-secret', /outside ASCII/],
  ])('with the key %j', (value, message) => {
    const error = configErrorOf(() => openClient(1, { key: new Secret(value) }));
    expect(error.message).toMatch(message);
    expect(`${error.message}${error.remedy ?? ''}`).not.toContain('very-secret');
  });

  test('through a proxy that is no http address', () => {
    const proxies = { ...NO_PROXIES, https: 'socks5://user:hidden@proxy:1080' };
    const error = configErrorOf(() => openClient(1, { baseUrl: 'https://api.example', proxies }));
    expect(error.message).toMatch(/HTTPS_PROXY/);
    expect(`${error.message}${error.remedy ?? ''}`).not.toContain('hidden');
  });
});

test.each(['', '/', '/api/v2', '/api/v2/', '/api/v2/detect'])(
  'base URL with path %j means the same list',
  async (path) => {
    const server = await startServer([]);
    const client = openClient(server.port, { baseUrl: `http://127.0.0.1:${server.port}${path}` });
    await client.page(7);
    expect(server.requests[0]?.url).toBe('/api/v2/detect?page=7&page_size=10');
    expect(client.source.description).toEqual({
      kind: 'api',
      location: `http://127.0.0.1:${server.port}/api/v2/detect`,
    });
  },
);

test('a gateway keeps its own path, and the request its headers', async () => {
  const server = await startServer([]);
  await openClient(server.port, { baseUrl: `http://127.0.0.1:${server.port}/resemble` }).page(1);
  expect(server.requests[0]?.url).toBe('/resemble/api/v2/detect?page=1&page_size=10');
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${KEY}`,
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'cache-control': 'no-cache',
    'user-agent': 'detect-report/1.2.3',
  });
});

function configErrorOf(action: () => unknown): ConfigError {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('Expected a ConfigError.');
}
