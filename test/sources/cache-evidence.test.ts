import { expect, test } from 'vitest';
import { openClient } from './api-client.ts';
import { bodyFor, startServer } from './scripted-server.ts';

async function cachedOf(headers: Record<string, string>): Promise<string | undefined> {
  const server = await startServer([
    (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(bodyFor(request.url ?? ''));
    },
  ]);
  const page = await openClient(server.port).page(1);
  expect(server.requests[0]?.headers['cache-control'], 'what a cache kept is not asked for').toBe('no-cache');
  return page.cached;
}

test.each([
  [{ age: '45' }, 'age: 45'],
  [{ age: '0, 7' }, 'age: 0, 7'],
  [{ 'x-cache': 'HIT' }, 'x-cache: HIT'],
  [{ 'x-cache': 'Hit from cloudfront' }, 'x-cache: Hit from cloudfront'],
  [{ 'x-cache': 'TCP_MEM_HIT from a1.example' }, 'x-cache: TCP_MEM_HIT from a1.example'],
  [{ 'x-cache': 'MISS, HIT', 'x-cache-hits': '0, 1' }, 'x-cache: MISS, HIT'],
  [{ 'cf-cache-status': 'STALE' }, 'cf-cache-status: STALE'],
  [{ 'x-cache-status': 'UPDATING' }, 'x-cache-status: UPDATING'],
  [{ 'cache-status': 'ExampleCache; hit; ttl=376' }, 'cache-status: ExampleCache; hit; ttl=376'],
  [{ 'x-varnish': '32770 3' }, 'x-varnish: 32770 3'],
  [{ warning: '110 - "Response is Stale"' }, 'warning: 110 - "Response is Stale"'],
])('an answer with %j comes from a cache', async (headers, evidence) => {
  expect(await cachedOf(headers)).toBe(evidence);
});

test.each([
  [{}],
  [{ age: '0', via: '1.1 varnish' }],
  [{ 'x-cache': 'MISS from whitehit.example' }],
  [{ 'x-cache': 'RefreshHit from cloudfront' }],
  [{ 'x-cache': 'TCP_REFRESH_HIT' }],
  [{ 'cf-cache-status': 'DYNAMIC' }],
  [{ 'cf-cache-status': 'REVALIDATED' }],
  [{ 'cache-status': 'ExampleCache; fwd=uri-miss; stored' }],
  [{ 'x-varnish': '32770' }],
  [{ 'x-cache-hits': '0, 0' }],
])('an answer with %j comes from the API', async (headers) => {
  expect(await cachedOf(headers)).toBeUndefined();
});
