import { describe, expect, test } from 'vitest';
import { exitCodeOfError, exitCodeOfVerdict } from '../../src/cli/exit-codes.ts';
import { failureLines } from '../../src/cli/failure.ts';
import { count, counted, duration, percent, size } from '../../src/cli/figures.ts';
import {
  ConfigError,
  DetectReportError,
  InterruptedError,
  InvariantError,
  OutputError,
  SourceError,
  TryLaterError,
} from '../../src/core/errors.ts';

describe('exit codes', () => {
  test.each([
    [new Error('x'), 1],
    ['a string', 1],
    [new InvariantError('x'), 1],
    [new ConfigError('x'), 2],
    [new SourceError('x'), 3],
    [new DetectReportError('verification', 'x'), 5],
    [new TryLaterError('x', null), 6],
    [new OutputError('x'), 7],
    [new InterruptedError(), 130],
    [new InterruptedError('SIGINT'), 130],
    [new InterruptedError('SIGTERM'), 143],
  ])('%s: %i', (error, code) => {
    expect(exitCodeOfError(error)).toBe(code);
  });

  test('a verdict: only unproven is told to scripts', () => {
    expect((['proven', 'converged', 'unproven'] as const).map(exitCodeOfVerdict)).toEqual([0, 0, 4]);
  });
});

describe('a failure as a person reads it', () => {
  test('what failed, where, and what to do', () => {
    const error = new SourceError('The API refused the key.', {
      place: { page: 3, attempt: 1, status: 401, url: 'https://example.com/api' },
      remedy: 'Check RESEMBLE_API_KEY.',
    });
    expect(failureLines(error, false)).toEqual([
      'error: The API refused the key. (page 3, attempt 1, HTTP 401, https://example.com/api)',
      '  try: Check RESEMBLE_API_KEY.',
    ]);
  });

  test('a place that the message names already is not told twice', () => {
    const error = new ConfigError('a.yaml:3: title: is missing.', { place: { file: 'a.yaml', line: 3 } });
    expect(failureLines(error, false)).toEqual(['error: a.yaml:3: title: is missing.']);
  });

  test('when to come back', () => {
    const error = new TryLaterError('The API asks for patience.', Date.UTC(2024, 0, 1), {
      remedy: 'Run it again later.',
    });
    expect(failureLines(error, false)[1]).toBe('  try: Run it again later. Not before 2024-01-01T00:00:00.000Z.');
  });

  test('a defect says so; the stack and its causes only for those who ask', () => {
    const error = new Error('boom', { cause: new Error('deeper') });
    expect(failureLines(error, false)).toEqual([
      'error: Unexpected failure: boom',
      '  try: Run it again with --debug and report what it shows: this is a defect of detect-report.',
    ]);
    const told = failureLines(error, true).join('\n');
    expect(told).toContain('    at ');
    expect(told).toContain('caused by Error: deeper');
  });

  test('an error that causes itself ends', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(failureLines(error, true).length).toBeLessThan(200);
  });
});

test('figures', () => {
  expect([0, 999, 1000, 9949, 9951, 999_499, 999_500, 1_234_567_890].map(size)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '9.9 kB',
    '10 kB',
    '999 kB',
    '1.0 MB',
    '1.2 GB',
  ]);
  expect([0.2, 59, 90, 3600, 7500].map(duration)).toEqual(['1 s', '59 s', '2 min', '1 h 00 min', '2 h 05 min']);
  expect([count(1_234_567), counted(1, 'page'), counted(0, 'page'), percent(0.0966)]).toEqual([
    '1,234,567',
    '1 page',
    '0 pages',
    '9.7 %',
  ]);
});
