import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { endOf, runHere, startCli, startHere } from './run-cli.ts';

/** Starts the sandbox and waits until it says where it listens. */
async function startSandbox(words: readonly string[]) {
  const child = startCli(['sandbox', ...words]);
  const end = endOf(child);
  if (child.stdout === null) throw new Error('no stdout');
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([first]) => String(first)),
    // A sandbox that ends before it listens must not be waited for.
    end.then(({ code, stderr }) => Promise.reject(new Error(`ended with ${code}: ${stderr}`))),
  ]);
  return { child, end, line, url: /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? '' };
}

describe('sandbox', () => {
  test('says where it listens, serves the documented list, and stops when told to', async () => {
    const { child, end, url, line } = await startSandbox(['--detections', '25', '--seed', '7']);
    expect(line).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${url}/api/v2/detect?page=1&page_size=10`, {
      headers: { authorization: 'Bearer k' },
    });
    expect(await response.json()).toMatchObject({ success: true, page: 1, page_size: 10, total_count: 25 });
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await end;
    expect(code).toBe(143);
    expect(stdout).toBe(`${line}\n`);
    expect(stderr).toContain(`detect-report export --base-url ${url} --all`);
    expect(stderr).toContain('error: The run was interrupted by SIGTERM.');
  });

  test('injects the faults it is told to, by count', async () => {
    const words = ['sandbox', '--detections', '25', '--faults', '503@2', '--drift', 'inserts=1'];
    const { end, firstLine, kill } = startHere(words);
    const url = (await firstLine).replace('listening on ', '');
    const list = async (): Promise<[status: number, total: unknown]> => {
      const answer = await fetch(`${url}/api/v2/detect?page=1&page_size=10`, {
        headers: { authorization: 'Bearer k' },
      });
      const body = (await answer.json()) as { total_count?: number };
      return [answer.status, body.total_count];
    };
    const answers = [await list(), await list(), await list()];
    expect(answers.map(([status]) => status)).toEqual([200, 503, 200]);
    expect(Number(answers[2]?.[1])).toBeGreaterThan(Number(answers[0]?.[1]));
    kill('SIGTERM');
    expect((await end).code).toBe(143);
  });

  test('refuses a fault that it does not know', async () => {
    const { code, stdout, stderr } = await runHere(['sandbox', '--faults', 'lightning']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .*lightning.*\n {2}try: /);
  });

  test('ends with 130 on SIGINT', async () => {
    const { child, end } = await startSandbox(['--quiet']);
    child.kill('SIGINT');
    expect((await end).code).toBe(130);
  });
});
