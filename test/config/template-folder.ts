import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/core/errors.ts';
import { TABLES } from '../../src/render/transform/tables/tables.ts';

export const tables = Object.values(TABLES);

/** A folder that exists while `use` runs. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'detect-report-config-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The `ConfigError` that an action must fail with; paths of the folder are shown as `FOLDER`. */
export async function configError(
  action: () => Promise<unknown>,
  folder = '/nowhere',
): Promise<{
  message: string;
  remedy: string | undefined;
  line: number | undefined;
  cause: unknown;
}> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      message: error.message.replaceAll(folder, 'FOLDER'),
      remedy: error.remedy?.replaceAll(folder, 'FOLDER'),
      line: error.place.line,
      cause: error.cause,
    };
  }
  throw new Error('The action succeeded, but a ConfigError was expected.');
}

/** A template that is correct, as lines to change. */
export const GOOD_TEMPLATE = [
  '# a comment',
  'title: Mine',
  'period: 2024-01',
  'formats: [csv, pdf]',
  'tables:',
  '  detections: public',
  'sections:',
  '  - cover',
  '  - summary',
  'policy:',
  '  name: mine',
  '  fake: [Fake]',
  '  real: [Real]',
  '  indeterminate: []',
  'retention_limit: 30d',
];

/** Writes the good template with some lines (numbered from 1) replaced. */
export async function writeTemplate(folder: string, changes: Record<number, string> = {}): Promise<string> {
  const lines = GOOD_TEMPLATE.map((line, i) => changes[i + 1] ?? line);
  const path = join(folder, 'mine.yaml');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}
