import { execFileSync } from 'node:child_process';
import { chown, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readDockerfile } from '../deploy/dockerfile.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * The Dockerfile's own commands without an engine: what it copies is copied, what it runs is run by a shell, and the program
 * that comes of it makes a report as the image's user. What only an engine can show (layers, the base image) is not seen.
 */
test('the Dockerfile’s commands build a program that its user can run', { timeout: 900_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'detect-report-image-'));
  try {
    const stages = readDockerfile(await readFile(join(ROOT, 'docs', 'deploy', 'Dockerfile'), 'utf8'));
    for (const stage of stages) {
      let workdir = '/';
      for (const { instruction, args } of stage) {
        const inside = join(folder, workdir);
        await mkdir(inside, { recursive: true });
        if (instruction === 'WORKDIR') workdir = args;
        if (instruction === 'RUN') execFileSync('sh', ['-c', args], { cwd: inside, stdio: 'inherit' });
        if (instruction !== 'COPY') continue;
        const words = args.split(' ');
        const fromStage = words[0]?.startsWith('--from=') === true;
        const [target = '', ...sources] = words.slice(fromStage ? 1 : 0).reverse();
        for (const source of sources) {
          const to = target === './' ? join(inside, source) : join(inside, target);
          await mkdir(dirname(to), { recursive: true });
          await cp(join(fromStage ? folder : ROOT, source), to, { recursive: true });
        }
      }
    }
    const reports = join(folder, 'reports');
    await mkdir(reports, { recursive: true });
    const user = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};
    if ('uid' in user) await chown(reports, 1000, 1000);
    execFileSync('chmod', ['755', folder]);
    const main = join(folder, 'app', 'dist', 'cli', 'main.js');
    const words = [main, 'export', '--source', 'sandbox', '--detections', '200', '--quiet'];
    const printed = execFileSync(process.execPath, words, { cwd: reports, env: {}, encoding: 'utf8', ...user });
    expect(printed).toBe(`${join('output', 'monthly-compliance_2024-01')}\n`);
    process.stderr.write(execFileSync('du', ['-sm', join(folder, 'app')], { encoding: 'utf8' }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
