import type { Change } from '../../core/previous-run.ts';
import { ConfigError } from '../../core/errors.ts';
import type { Diff } from '../compare/compare-runs.ts';
import type { Explanation } from '../explain/explain-record.ts';
import type { Verification, VerifyOptions } from '../verify/verify-run.ts';
import type { exportReport as exportOne } from './export-report.ts';
import type { openRun as open } from './open-run.ts';
import { type CallOptions, readCall, readFunction, requireText } from './read-call.ts';

/** What a program calls, its arguments checked. Each loads what it needs when it is first called. */

export const exportReport: typeof exportOne = async (...given) =>
  (await import('./export-report.ts')).exportReport(...given);

export const openRun: typeof open = async (...given) => (await import('./open-run.ts')).openRun(...given);

const FOLDER = "the folder of a run, e.g. 'output/monthly-compliance_2024-01'";

/** Without options: every check, no progress, to the end. */
export async function verifyRun(folder: string, options?: Partial<VerifyOptions>): Promise<Verification> {
  requireText('folder', folder, FOLDER);
  const call = readCall('verifyRun', options, {
    publicKeyPath: 'text',
    timestampCaPath: 'text',
    previousRun: 'text',
    parts: 'texts',
    checksumsOnly: 'switch',
    strict: 'switch',
  });
  return (await import('../verify/verify-run.ts')).verifyRun(folder, call);
}

export async function explainRecord(folder: string, uuid: string, signal?: AbortSignal): Promise<Explanation> {
  requireText('folder', folder, FOLDER);
  requireText('uuid', uuid, 'a value of the column uuid of the table detections');
  const call = readCall<CallOptions>('explainRecord', { signal });
  return (await import('../explain/explain-record.ts')).explainRecord(folder, uuid, call.signal);
}

export async function diffRuns(
  before: string,
  after: string,
  tell: (change: Change) => Promise<void>,
  signal?: AbortSignal,
): Promise<Diff> {
  requireText('before', before, FOLDER);
  requireText('after', after, FOLDER);
  if (readFunction('tell', tell) === null) {
    throw new ConfigError('tell: it is missing.', { remedy: 'Write async (change) => { … }.' });
  }
  const call = readCall<CallOptions>('diffRuns', { signal });
  return (await import('../compare/compare-runs.ts')).diffRuns(before, after, tell, call.signal);
}
