import { describe, expect, test } from 'vitest';
import * as api from '../../src/index.ts';
import { parseDrift, parseFaults } from '../../src/index.ts';

describe('the public API', () => {
  test('has what a program needs, and nothing of the command line', () => {
    const names = Object.keys(api).filter((name) => !name.endsWith('Error'));
    expect(names.toSorted()).toEqual([
      'CHANGE_KINDS',
      'DEFAULT_POLICY',
      'FINDING_KINDS',
      'FORMATS',
      'TABLES',
      'decodePage',
      'diffRuns',
      'explainRecord',
      'exportReport',
      'interruptionOf',
      'openRun',
      'parseDrift',
      'parseFaults',
      'startSandbox',
      'verifyRun',
    ]);
  });

  /** As JavaScript calls it: without types. */
  type Call = (...given: unknown[]) => unknown;
  const [verifyRun, explainRecord, diffRuns] = [api.verifyRun, api.explainRecord, api.diffRuns] as unknown as Call[];

  test.each<[key: string, call: Call | undefined, given: unknown[]]>([
    ['folder', verifyRun, []],
    ['folder', verifyRun, [{}]],
    ['folder', explainRecord, [7, 'uuid']],
    ['uuid', explainRecord, ['/nowhere']],
    ['signal', explainRecord, ['/nowhere', 'uuid', {}]],
    ['before', diffRuns, []],
    ['after', diffRuns, ['/nowhere']],
    ['tell', diffRuns, ['/nowhere', '/nowhere']],
    ['signal', diffRuns, ['/nowhere', '/nowhere', () => undefined, 5]],
    ['verifyRun', verifyRun, ['/nowhere', 'strict']],
    ['strict', verifyRun, ['/nowhere', { stric: true }]],
    ['strict', verifyRun, ['/nowhere', { strict: 'yes' }]],
    ['publicKeyPath', verifyRun, ['/nowhere', { publicKeyPath: {} }]],
    ['emit', verifyRun, ['/nowhere', { emit: {} }]],
    ['signal', verifyRun, ['/nowhere', { signal: {} }]],
    ['/nowhere', verifyRun, ['/nowhere', {}]],
    ['/nowhere', verifyRun, ['/nowhere']],
  ])('%s is named where a call is wrong', async (key, call, given) => {
    const error: unknown = await Promise.resolve(call?.(...given)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(api.ConfigError);
    const { message, remedy } = error as api.ConfigError;
    expect(`${message} ${remedy}`).toContain(key);
    expect(remedy).toMatch(/\w/);
  });

  test('words for the sandbox that are none are refused as such', () => {
    expect(() => parseFaults('nonsense')).toThrow(api.ConfigError);
    expect(() => parseDrift('nonsense')).toThrow(api.ConfigError);
  });
});
