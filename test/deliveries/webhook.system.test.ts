import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { withFolder } from '../run/run-sandbox.ts';
import { listen, type Reply } from './http-server.ts';
import { deliver, dependencies, destination, runIn } from './material.ts';

const SECRET = 'whsec-0123456789abcdef';

async function hook(replies: readonly Reply[] = [], entry: object = {}, env: Record<string, string> = {}) {
  const server = await listen(replies);
  const settings = { kind: 'webhook', url: `${server.url}/hooks/p4th-t0ken`, secret: { env: 'HOOK_SECRET' }, ...entry };
  return { server, to: destination(settings, dependencies('/', { HOOK_SECRET: SECRET, ...env })) };
}

describe('a webhook', () => {
  test('openssl finds the same signature', async () => {
    await withFolder(async (folder) => {
      const { server, to } = await hook();
      await deliver(to, await runIn(folder));
      const [request] = server.received;
      const input = `${String(request?.headers['x-detect-report-timestamp'])}.${request?.body ?? ''}`;
      const printed = execFileSync('openssl', ['dgst', '-sha256', '-hmac', SECRET, '-r'], { input, encoding: 'utf8' });
      expect(`v1=${printed.split(' ')[0]}`).toBe(request?.headers['x-detect-report-signature']);
    });
  });
});
