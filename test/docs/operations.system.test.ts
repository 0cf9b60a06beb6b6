import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signature } from '../../src/deliver/webhook/delivery.ts';
import { Secret } from '../../src/core/secret.ts';
import { inFolder } from '../cli/run-cli.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const text = (name: string) => readFile(join(ROOT, name), 'utf8');

async function blocks(name: string, language: string): Promise<string[]> {
  return [...(await text(name)).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );
}

describe('the page on operations', () => {
  const [secret, timestamp, body] = ['shared-secret', Math.floor(Date.now() / 1000), '{"run":"a","title":"é"}'];
  const signed = signature(new Secret(secret), timestamp, body);

  test('checks a webhook’s signature in the shell', async () => {
    const [command = ''] = await blocks('docs/operations.md', 'sh');
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'body.json'), body);
      const env = { ...process.env, TIMESTAMP: String(timestamp), SECRET: secret };
      const printed = execFileSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' });
      expect(`v1=${printed.split(' ')[0]}`).toBe(signed);
    });
  });
});
