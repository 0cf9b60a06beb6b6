import { beforeAll, describe, expect, test } from 'vitest';
import type { Statistics } from '../../src/core/statistics.ts';
import { evaluate, readThreshold, THRESHOLD_PATHS, ThresholdProblem } from '../../src/app/jobs/thresholds.ts';
import { exportRun, withFolder } from '../run/run-sandbox.ts';

let statistics: Statistics;
beforeAll(async () => {
  ({ statistics } = await withFolder((out) => exportRun({ source: 'sandbox', detections: '300', format: 'csv', out })));
});

const outcome = (condition: string) => evaluate(readThreshold(condition), statistics, 'proven');

describe('a condition', () => {
  test.each([
    'fake_rate > 0.05',
    'population.in_period >= 1',
    'completeness == proven',
    'completeness != unproven',
    'verdicts.fake!=0',
  ])('%s is crossed', (condition) => expect(outcome(condition)).toMatchObject({ crossed: true }));

  test('has its value for people', () => {
    expect(outcome('fake_rate > 0.05').text).toMatch(/^\d+\.\d %$/);
    const many = { ...statistics, population: { ...statistics.population, unique: 1_234_567 } };
    expect(evaluate(readThreshold('population.unique > 1'), many, 'proven').text).toBe('1,234,567');
    expect(outcome('completeness != proven').text).toBe('proven');
  });

  test.each(['fake_rate < 0.05', 'fake_rate.of == 0', 'completeness != proven', 'not_assessed < 0'])(
    '%s is not crossed',
    (condition) => expect(outcome(condition)).toMatchObject({ crossed: false }),
  );

  test('tells the value that it saw', () => {
    expect(outcome('  verdicts.fake  >  3 ')).toEqual({
      condition: 'verdicts.fake  >  3',
      value: statistics.verdicts.fake,
      text: String(statistics.verdicts.fake),
      crossed: statistics.verdicts.fake > 3,
    });
  });

  test('on a number that the run does not have is never crossed', () => {
    const none = { ...statistics, fake_rate: { value: null, low: null, high: null, of: 0 }, by_media_type: {} };
    expect(evaluate(readThreshold('fake_rate < 1'), none, 'proven')).toMatchObject({ value: null, crossed: false });
    expect(evaluate(readThreshold('by_media_type.video.fake == 0'), none, 'proven')).toMatchObject({
      value: 0,
      crossed: true,
    });
  });
});

test('every path that may be named leads to a number of the statistics, or to the verdict', () => {
  const media = Object.keys(statistics.by_media_type);
  expect(media).toEqual(expect.arrayContaining(['audio', 'image', 'video']));
  // A run without reviews has none of their numbers; test/reviews looks at those of one that has.
  for (const path of THRESHOLD_PATHS.filter((one) => !one.startsWith('reviews.'))) {
    const operator = path === 'completeness' ? '== proven' : '> -1';
    const seen = outcome(`${path} ${operator}`).value;
    expect([path, typeof seen]).toEqual([path, path === 'completeness' ? 'string' : 'number']);
  }
});

/** Every number of a real statistics.json, by its path. */
function leaves(value: unknown, path: string): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  const isDays = Array.isArray(value) && path === 'by_day';
  return Object.entries(value).flatMap(([key, member]) => {
    const name = isDays ? String(Reflect.get(member as object, 'day')) : key;
    return leaves(member, path === '' ? name : `${path}.${name}`);
  });
}

test('every number of statistics.json can be looked at by its path', () => {
  const hostile = {
    ...statistics,
    labels: { ...statistics.labels, audio: { 'Likely fake': 3, 'a.b > c': 4, 'a.b': 5, a: 6 } },
    by_media_type: { ...statistics.by_media_type, 'audio.x': { ...statistics.by_media_type['audio'], fake: 77 } },
  } as Statistics;
  const all = leaves(hostile, '');
  expect(all.length).toBeGreaterThan(200);
  for (const [path, value] of all) {
    const { value: seen, crossed } = evaluate(readThreshold(`${path} > -1`), hostile, 'proven');
    expect([path, seen, crossed]).toEqual([path, value, true]);
  }
});

test.each([
  ['fake_rate > 5%', 0.05],
  ['fake_rate > 0.05', 0.05],
  ['fake_rate.high >= 100%', 1],
  ['scores.audio.p95 > 99.5%', 0.995],
  ['retention.late > 0', 0],
  ['reviews.prevalence.raw.value > 5%', 0.05],
  ['reviews.casework.not_measured > 0', 0],
  ['retention.overdue > 0', 0],
  ['compliance.not_met > 0', 0],
  ['labels.audio.Likely fake > 3', 3],
])('%s compares with %d', (condition, limit) => expect(readThreshold(condition).limit).toBe(limit));

test.each([
  ['fake_rate > 5', 'write 5% or 0.05'],
  ['fake_rate > 500', /"500", which is above 100%$/],
  ['fake_rate > 500%', /"500%", which is above 100%$/],
  ['verdicts.fake > 5%', 'is not a share'],
  ['retention.lat > 0', 'which is not a statistic'],
])('%s is refused: %s', (condition, why) => expect(() => readThreshold(condition)).toThrow(why));

test.each([
  '',
  'fake_rate',
  'fake_rate > ',
  'fake_rate > high',
  'fake_rate > 0x10',
  'completeness > proven',
  'completeness == proved',
  '__proto__ > 1',
  'fake_rate > 1; verdicts.fake > 1',
])('%j is no condition', (text) => expect(() => readThreshold(text)).toThrow(ThresholdProblem));
