import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { FailedAttempt } from '../../src/extract/sources/api/failures.ts';
import { exhausted } from '../../src/extract/sources/api/page-retry.ts';
import { API_LIMITS } from '../../src/extract/sources/api/request.ts';
import { transportFault } from '../../src/extract/sources/api/failures.ts';

const KEY = new Secret('canary-key-0123456789');
const place = { page: 1, url: 'https://wrong.example/api/v2/detect?page=1', attempt: 3 };

/** As Node's resolver raises it; `hostname` is the one that was looked up. */
function unresolved(hostname?: string): Error {
  return Object.assign(new Error('getaddrinfo ENOTFOUND'), {
    code: 'ENOTFOUND',
    ...(hostname === undefined ? {} : { hostname }),
  });
}

test('a host that does not exist is named in every retry, and the end says what to check', () => {
  const failure = transportFault(unresolved(), API_LIMITS, KEY, place);
  if (!(failure instanceof FailedAttempt)) throw new Error('not a failed attempt');
  expect(failure.message).toBe('the host wrong.example is not known to the name service (ENOTFOUND)');
  const end = exhausted({ failure, ask: { number: 1, size: 10, attempt: 3 }, place }, 60_000);
  expect(end.message).toContain('wrong.example');
  expect(end.remedy).toContain('spelling of the host in --base-url');
});

test('where it is the proxy that does not exist, the proxy is named; a key in its name is not', () => {
  expect(transportFault(unresolved('proxy.example'), API_LIMITS, KEY, place).message).toContain(
    'the host proxy.example is',
  );
  expect(transportFault(unresolved('canary-key-0123456789.example'), API_LIMITS, KEY, place).message).not.toContain(
    'canary',
  );
});
