import { afterEach, describe, expect, test } from 'vitest';
import { openClient } from './api-client.ts';
import { currentCertificate, expiredCertificate, type TestCertificate } from './certificate.ts';
import { startServer } from './scripted-server.ts';

const trusted = currentCertificate('localhost');

afterEach(() => {
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
});

test('a trusted certificate is accepted', async () => {
  const server = await startServer([], trusted);
  const client = openClient(0, { baseUrl: `https://localhost:${server.port}`, trustedCa: trusted.cert });
  expect((await client.page(1)).items.length).toBe(10);
});

describe('a certificate that cannot be trusted costs one connection and no request', () => {
  const stranger = currentCertificate('localhost');
  const expired = expiredCertificate('localhost');
  test.each<[string, TestCertificate, string, TestCertificate, string]>([
    ['self-signed', stranger, 'localhost', trusted, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['for another host', trusted, '127.0.0.1', trusted, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired', expired, 'localhost', expired, 'CERT_HAS_EXPIRED'],
  ])('%s', async (_name, presented, host, ca, code) => {
    // The environment cannot switch the verification off.
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const server = await startServer([], presented);
    const client = openClient(0, { baseUrl: `https://${host}:${server.port}`, trustedCa: ca.cert });
    const failure = await client.failure();
    expect(failure).toMatchObject({ name: 'SourceError', remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
    expect(failure.message).toBe(`The server's certificate cannot be trusted (${code}); the key was not sent.`);
    expect([server.requests.length, server.connections(), client.events.length]).toEqual([0, 1, 0]);
  });
});

test('a server that speaks no TLS is not asked again', async () => {
  const server = await startServer([]);
  const client = openClient(0, { baseUrl: `https://127.0.0.1:${server.port}` });
  const failure = await client.failure();
  expect(failure).toMatchObject({ name: 'SourceError', remedy: expect.stringContaining('--base-url') });
  expect(failure.message).toContain('Is the address right?');
  expect([server.requests.length, client.events.length]).toEqual([0, 0]);
});
