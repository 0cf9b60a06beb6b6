import { type IncomingMessage, request as forwardedRequest, type ServerResponse } from 'node:http';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/index.ts';
import { inFolder, runCli } from '../cli/run-cli.ts';
import { CANARY, ECHOES, leaks } from '../sources/canary.ts';
import { type Answer, startServer } from '../sources/scripted-server.ts';

const ENV = { RESEMBLE_API_KEY: CANARY };
const LOUDEST = [['--debug'], ['--debug', '--log-format', 'json']];

/** Every name and every byte below a folder, archives as they are and unpacked ones alike. */
async function everythingBelow(folder: string): Promise<string> {
  const texts: string[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    texts.push(name, (await stat(path)).isFile() ? (await readFile(path)).toString('latin1') : '');
  }
  return texts.join('\n');
}

/** Hands a request on to the sandbox. */
function forwardTo(port: number): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { method, url: path, headers } = request;
    const onward = forwardedRequest({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  };
}

describe('the key of a run', () => {
  test.each(Object.entries(ECHOES))(
    'is in nothing that it says or leaves behind, however the run ends: %s',
    async (_, answer: Answer) => {
      const sandbox = await startSandbox({ detections: 30, months: 1, key: CANARY });
      try {
        await Promise.all(
          LOUDEST.map(async (loud) => {
            // Said back twice, then the list: what can be repeated ends well, the rest at once.
            const good = Array.from({ length: 20 }, () => forwardTo(Number(new URL(sandbox.url).port)));
            const server = await startServer([answer, answer, ...good]);
            await inFolder(async (cwd) => {
              const words = ['export', '--base-url', `http://127.0.0.1:${server.port}`, '--all', '--format', 'csv'];
              const { code, stdout, stderr } = await runCli([...words, ...loud], { cwd, env: ENV });
              expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
              expect([0, 3, 6]).toContain(code);
              expect(stderr).not.toBe('');
              expect(leaks(`${stdout}\n${stderr}\n${await everythingBelow(cwd)}`)).toEqual([]);
            });
          }),
        );
      } finally {
        await sandbox.close();
      }
    },
  );
});
