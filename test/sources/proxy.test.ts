import { describe, expect, test } from 'vitest';
import { readProxies } from '../../src/config/api-access.ts';
import { chooseProxy } from '../../src/platform/http/connections.ts';
import { KEY, NO_PROXIES, openClient } from './api-client.ts';
import { currentCertificate } from './certificate.ts';
import { startProxy } from './connect-proxy.ts';
import { startServer } from './scripted-server.ts';

const HOST = 'api.detect.invalid';

describe('HTTPS_PROXY', () => {
  test('is asked for a tunnel, and sees nothing but the host', async () => {
    const certificate = currentCertificate(HOST);
    const server = await startServer([], certificate);
    const proxy = await startProxy(server.port);
    const client = openClient(0, {
      baseUrl: `https://${HOST}`,
      proxies: { ...NO_PROXIES, https: `http://user:pa%20ss@127.0.0.1:${proxy.port}`, http: 'http://127.0.0.1:1' },
      trustedCa: certificate.cert,
    });
    expect((await client.page(1)).items.length).toBe(10);
    expect((await client.page(2)).items.length).toBe(10);
    expect(proxy.tunnels).toEqual([`${HOST}:443`]);
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined();
    expect(proxy.headers[0]?.['proxy-authorization']).toBe(`Basic ${Buffer.from('user:pa ss').toString('base64')}`);
    expect(proxy.headers[0]?.authorization).toBeUndefined();
    expect(proxy.sent().includes(KEY)).toBe(false);
  });

  test.each([
    ['user:100%', 'user:100%'],
    ['user:a%b%40c', 'user:a%b@c'],
    ['us%er:%', 'us%er:%'],
    ['user:p@ss', 'user:p@ss'],
    ['user:a:b:c', 'user:a:b:c'],
    ['user', 'user:'],
    ['user:', 'user:'],
    [':secret', ':secret'],
    ['user:pässwörd€', 'user:pässwörd€'],
    ['user:%E4', Buffer.from([...Buffer.from('user:'), 0xe4])],
  ])('gets the credentials %s as they stand', async (given, sent) => {
    const certificate = currentCertificate(HOST);
    const server = await startServer([], certificate);
    const proxy = await startProxy(server.port);
    const { https } = readProxies({ HTTPS_PROXY: `http://${given}@127.0.0.1:${proxy.port}` });
    const client = openClient(0, {
      baseUrl: `https://${HOST}`,
      proxies: { ...NO_PROXIES, https },
      trustedCa: certificate.cert,
    });
    expect((await client.page(1)).items.length).toBe(10);
    expect(proxy.headers[0]?.['proxy-authorization']).toBe(`Basic ${Buffer.from(sent).toString('base64')}`);
  });

  test('without credentials gets none', async () => {
    const certificate = currentCertificate(HOST);
    const server = await startServer([], certificate);
    const proxy = await startProxy(server.port);
    const proxies = { ...NO_PROXIES, https: `http://127.0.0.1:${proxy.port}` };
    await openClient(0, { baseUrl: `https://${HOST}`, proxies, trustedCa: certificate.cert }).page(1);
    expect(proxy.headers[0]?.['proxy-authorization']).toBeUndefined();
  });

  test('that refuses is not asked again', async () => {
    const proxy = await startProxy(1, [407, 407]);
    const proxies = { ...NO_PROXIES, https: `http://user:hidden@127.0.0.1:${proxy.port}` };
    const failure = await openClient(0, { baseUrl: `https://${HOST}`, proxies }).failure();
    expect(failure).toMatchObject({ name: 'SourceError', remedy: expect.stringContaining('HTTPS_PROXY') });
    expect(failure.message).toBe('The proxy refuses the connection (407 Proxy Authentication Required).');
    expect(proxy.tunnels.length).toBe(1);
  });

  test('that is short of breath is asked again', async () => {
    const certificate = currentCertificate(HOST);
    const server = await startServer([], certificate);
    const proxy = await startProxy(server.port, [502, 503]);
    const proxies = { ...NO_PROXIES, https: `127.0.0.1:${proxy.port}` };
    const client = openClient(0, { baseUrl: `https://${HOST}`, proxies, trustedCa: certificate.cert });
    expect((await client.page(1)).items.length).toBe(10);
    expect(client.events).toMatchObject([
      { reason: 'the proxy answers 502 Bad Gateway' },
      { reason: 'the proxy answers 503 Service Unavailable' },
    ]);
  });
});

test('HTTP_PROXY is used for http, and NO_PROXY spares it', async () => {
  const server = await startServer([]);
  const proxy = await startProxy(server.port);
  const proxies = { https: 'http://127.0.0.1:1', http: `http://127.0.0.1:${proxy.port}`, no: null };
  await openClient(server.port, { proxies }).page(1);
  expect(proxy.tunnels).toEqual([`127.0.0.1:${server.port}`]);
  await openClient(server.port, { proxies: { ...proxies, no: '127.0.0.1' } }).page(1);
  expect(proxy.tunnels.length).toBe(1);
  expect(server.requests.length).toBe(2);
});

describe('the choice', () => {
  const PROXIES = { https: 'http://proxy.example:3128', http: 'http://other.example:8080', no: null };
  const chosen = (target: string, no: string | null = null): string | null =>
    chooseProxy(new URL(target), { ...PROXIES, no })?.host ?? null;

  test('follows the scheme', () => {
    expect(chosen('https://app.resemble.ai')).toBe('proxy.example:3128');
    expect(chooseProxy(new URL('https://app.resemble.ai'), { ...PROXIES, https: null })).toBeNull();
    expect(chooseProxy(new URL('https://app.resemble.ai'), { ...PROXIES, https: ' ' })).toBeNull();
    expect(chooseProxy(new URL('https://a.b'), { ...PROXIES, https: 'proxy:1' })?.href).toBe('http://proxy:1/');
  });

  test('never asks another machine for a host of this one', () => {
    for (const host of ['localhost', '127.0.0.1:99', '127.9.9.9', '[::1]']) {
      expect(chosen(`http://${host}`)).toBeNull();
      expect(chosen(`https://${host}`)).toBeNull();
    }
    expect(chooseProxy(new URL('http://localhost'), { ...PROXIES, http: '[::1]:80' })?.hostname).toBe('[::1]');
  });

  test.each([
    ['app.resemble.ai', true],
    ['APP.resemble.AI', true],
    ['resemble.ai', true],
    ['.resemble.ai', true],
    ['*.resemble.ai', true],
    ['*', true],
    ['a.example, app.resemble.ai', true],
    ['a.example app.resemble.ai', true],
    ['app.resemble.ai:443', true],
    ['app.resemble.ai.', true],
    ['app.resemble.ai:8443', false],
    ['semble.ai', false],
    ['pp.resemble.ai', false],
    ['app.resemble', false],
    ['', false],
    [',,', false],
  ])('NO_PROXY=%j spares app.resemble.ai: %j', (no, spared) => {
    expect(chosen('https://app.resemble.ai', no)).toBe(spared ? null : 'proxy.example:3128');
  });

  test.each([
    ['https://[2001:db8::1]', '2001:db8::1', true],
    ['https://[2001:db8::1]', '[2001:db8::1]:443', true],
    ['https://[2001:db8::1]', '[2001:db8::1]:444', false],
    ['https://10.0.0.1', '10.0.0.1', true],
    ['https://110.0.0.1', '10.0.0.1', false],
    ['https://10.1.2.3', '10.0.0.0/8', true],
    ['https://11.1.2.3', '192.168.0.0/16,10.0.0.0/8', false],
    ['https://app.resemble.ai', '10.0.0.0/8', false],
    ['https://10.1.2.3', '10.0.0.0/99', false],
    ['https://10.1.2.3', 'resemble.ai/8', false],
    ['https://[2001:db8::1]', '2001:db8::/32', true],
    ['https://10.1.2.3', '2001:db8::/32', false],
  ])('%s with NO_PROXY=%s: %j', (target, no, spared) => {
    expect(chosen(target, no) === null).toBe(spared);
  });
});
