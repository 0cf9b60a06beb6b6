import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, JobFile } from '../../src/app/jobs/job.ts';
import { readJobs } from '../../src/app/jobs/read-jobs.ts';

/** A folder that holds `jobs.yaml`, and is gone when `use` has ended. */
export async function withJobFile<T>(yaml: string, use: (path: string, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'detect-report-jobs-'));
  try {
    const path = join(folder, 'jobs.yaml');
    await mkdir(folder, { recursive: true });
    await writeFile(path, yaml);
    return await use(path, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function read(path: string): Promise<JobFile> {
  return await readJobs(path);
}

/** One job of these lines, called `one`; its other keys have their defaults. */
export async function jobOf(...lines: string[]): Promise<Job> {
  return await withJobFile(jobYaml(...lines), async (path) => {
    const [job] = (await read(path)).jobs;
    if (job === undefined) throw new Error('no job');
    return job;
  });
}

export function jobYaml(...lines: string[]): string {
  return ['jobs:', '  one:', ...lines.map((line) => `    ${line}`), ''].join('\n');
}
