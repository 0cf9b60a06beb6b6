import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClassificationPolicy, DEFAULT_POLICY, type Modality, type Verdict } from '../../src/core/policy.ts';
import type { ModalityResult } from '../../src/core/detection.ts';
import { createClassifier, decide } from '../../src/render/transform/classify.ts';
import { decodeItem } from './decoding.ts';

const classifier = createClassifier(DEFAULT_POLICY);

describe('the default policy', () => {
  it.each<[string | null, Verdict]>([
    ['Real', 'real'],
    ['Likely real', 'real'],
    ['Neutral/Uncertain', 'indeterminate'],
    ['Likely fake', 'fake'],
    ['Fake', 'fake'],
    ['FAKE', 'fake'],
    ['likely_fake', 'fake'],
    ['LIKELY-FAKE', 'fake'],
    ['  Likely fake\n', 'fake'],
    ['likely-real', 'real'],
    ['neutral/uncertain', 'indeterminate'],
    ['unreal', 'indeterminate'],
    ['not fake', 'indeterminate'],
    ['fake!', 'indeterminate'],
    ['', 'indeterminate'],
    ['constructor', 'indeterminate'],
    ['__proto__', 'indeterminate'],
    [null, 'indeterminate'],
  ])('reads %j as %s', (label, verdict) => {
    expect(classifier.verdictOf(label)).toBe(verdict);
    // The second answer comes from memory.
    expect(classifier.verdictOf(label)).toBe(verdict);
  });

  it('folds letter case, outer blanks, underscores and hyphens of every band', () => {
    const bands = (['fake', 'real', 'indeterminate'] as const).flatMap((verdict) =>
      DEFAULT_POLICY[verdict].map((label) => ({ label, verdict })),
    );
    const spellings = fc.record({
      band: fc.constantFrom(...bands),
      upper: fc.infiniteStream(fc.boolean()),
      blank: fc.constantFrom(' ', '_', '-'),
      around: fc.constantFrom('', ' ', '\t', '\r\n'),
    });
    fc.assert(
      fc.property(spellings, ({ band, upper, blank, around }) => {
        const cased = Array.from(band.label, (char) => (upper.next().value === true ? char.toUpperCase() : char)).join(
          '',
        );
        expect(classifier.verdictOf(`${around}${cased.replaceAll(' ', blank)}${around}`)).toBe(band.verdict);
      }),
    );
  });

  it('takes -1 for nothing to assess, and no other score', () => {
    expect(classifier.isAssessed(-1)).toBe(false);
    for (const score of [0, 1, -0.999, -2, null]) expect(classifier.isAssessed(score)).toBe(true);
  });

  it('stays right when more labels come than it remembers', () => {
    const own = createClassifier(DEFAULT_POLICY);
    for (let index = 0; index < 5_000; index++) expect(own.verdictOf(`label ${index}`)).toBe('indeterminate');
    expect(own.verdictOf('Likely_Fake')).toBe('fake');
    expect(own.verdictOf('Likely_Fake')).toBe('fake');
  });
});

describe('a policy of the template', () => {
  const policy: ClassificationPolicy = {
    name: 'strict',
    fake: ['Fake', 'Likely_Fake', 'Neutral/Uncertain'],
    real: ['real', 'fake'],
    indeterminate: ['likely real'],
    notAssessedScore: -9,
  };

  it('decides, whatever the vendor calls its bands; a label on two lists is the graver one', () => {
    const own = createClassifier(policy);
    const labels = ['neutral/uncertain', 'FAKE', 'Likely real', 'Real', 'other'];
    expect(labels.map((label) => own.verdictOf(label))).toEqual([
      'fake',
      'fake',
      'indeterminate',
      'real',
      'indeterminate',
    ]);
    expect([own.isAssessed(-9), own.isAssessed(-1)]).toEqual([false, true]);
  });
});

type Vote = [verdict: Verdict | null, score: number | null] | 'not assessed' | null;

function results(votes: Readonly<Partial<Record<Modality, Vote>>>): Record<Modality, ModalityResult | null> {
  const one = (vote: Vote | undefined): ModalityResult | null => {
    if (vote === undefined || vote === null) return null;
    if (vote === 'not assessed') return { label: 'real', score: -1, certainty: 0, assessed: false, verdict: null };
    return { label: 'x', score: vote[1], certainty: null, assessed: true, verdict: vote[0] };
  };
  return { audio: one(votes.audio), image: one(votes.image), video: one(votes.video) };
}

describe('the verdict of a detection', () => {
  it.each<[string, Partial<Record<Modality, Vote>>, Verdict, number | null, Modality | null]>([
    ['the gravest modality decides: the sound', { audio: ['fake', 0.6], video: ['real', 0.9] }, 'fake', 0.6, 'audio'],
    ['the gravest modality decides: the picture', { audio: ['real', 0.1], video: ['fake', 0.7] }, 'fake', 0.7, 'video'],
    [
      'indeterminate is graver than real',
      { audio: ['indeterminate', 0.5], video: ['real', 0.9] },
      'indeterminate',
      0.5,
      'audio',
    ],
    [
      'fake is graver than indeterminate',
      { audio: ['indeterminate', 0.9], image: ['fake', 0.1] },
      'fake',
      0.1,
      'image',
    ],
    ['between equals the higher score', { audio: ['fake', 0.95], video: ['fake', 0.9] }, 'fake', 0.95, 'audio'],
    ['a score before none', { audio: ['fake', 0], video: ['fake', null] }, 'fake', 0, 'audio'],
    [
      'full ties: the picture first',
      { audio: ['fake', 0.9], image: ['fake', 0.9], video: ['fake', 0.9] },
      'fake',
      0.9,
      'video',
    ],
    ['then the still image', { audio: ['real', 0.2], image: ['real', 0.2] }, 'real', 0.2, 'image'],
    ['what was not assessed does not vote', { audio: 'not assessed', video: ['real', 0.01] }, 'real', 0.01, 'video'],
    ['nothing assessed', { audio: 'not assessed' }, 'indeterminate', null, null],
    ['nothing there', {}, 'indeterminate', null, null],
  ])('%s', (_, votes, verdict, score, basis) => {
    expect(decide('completed', results(votes))).toEqual({ verdict, score, basis });
    for (const status of ['processing', 'failed'] as const) {
      expect(decide(status, results(votes))).toEqual({ verdict: null, score: null, basis: null });
    }
  });
});

describe('the status', () => {
  const labelled = { metrics: { label: 'Fake', aggregated_score: 0.9 } };

  it.each<[string, object, string, Verdict | null]>([
    ['absent with a label', labelled, 'completed', 'fake'],
    ['null with a label', { status: null, ...labelled }, 'completed', 'fake'],
    ['empty with a label', { status: '', ...labelled }, 'completed', 'fake'],
    ['absent without a label', { metrics: { aggregated_score: 0.9 } }, 'processing', null],
    ['absent with an empty label', { metrics: { label: '' } }, 'processing', null],
    ['absent with a label of a child only', { video_metrics: { children: [{ label: 'Fake' }] } }, 'processing', null],
    ['completed', { status: 'completed', ...labelled }, 'completed', 'fake'],
    ['completed without any result', { status: 'completed' }, 'completed', 'indeterminate'],
    ['processing, labels or not', { status: 'processing', ...labelled }, 'processing', null],
    ['failed, labels or not', { status: 'failed', ...labelled }, 'failed', null],
  ])('%s', (_, item, status, verdict) => {
    const { row, detection } = decodeItem({ uuid: 'a', ...item });
    expect(row).toMatchObject({ status, verdict });
    expect(detection.coercions).toEqual([]);
  });

  it('of another spelling is read, and one of no known spelling is never a verdict; both are kept and counted', () => {
    const other = decodeItem({ uuid: 'a', status: ' COMPLETED', ...labelled });
    expect(other.row).toMatchObject({ status: 'completed', verdict: 'fake', extra: '{"status":" COMPLETED"}' });
    expect(other.detection.coercions).toEqual(['status: other spelling, kept in extra']);
    for (const status of ['queued', 5, true, ['completed'], { a: 1 }]) {
      const { row, detection } = decodeItem({ uuid: 'a', status, ...labelled });
      const column = typeof status === 'string' ? status : '(not a text)';
      expect(detection.status).toBe('processing');
      expect(row).toMatchObject({ status: column, verdict: null, extra: JSON.stringify({ status }) });
      expect(detection.coercions).toHaveLength(1);
    }
  });

  it('is completed where the only label says that nothing was assessed, but the verdict is open', () => {
    const music = { metrics: { label: 'real', aggregated_score: '-1.0', score: ['-1.0'] } };
    const { row, nodes } = decodeItem({ uuid: 'a', ...music });
    expect(row).toMatchObject({
      status: 'completed',
      verdict: 'indeterminate',
      verdict_basis: null,
      verdict_score: null,
    });
    expect(row).toMatchObject({ audio_label: 'real', audio_score: null, not_assessed: 'audio' });
    expect(nodes[0]).toMatchObject({ label: 'real', verdict: null, score: null });
  });

  it.each(['-1', -1, '-1.0', '-1.00', ' -1.0 ', -1.0])('a score of %j is in no column, row or mean', (sentinel) => {
    const metrics = { label: 'fake', aggregated_score: sentinel, score: [sentinel, 0.5] };
    const image_metrics = { label: 'real', score: sentinel, children: [{ label: 'Fake', score: sentinel }] };
    const video_metrics = { label: 'Fake', score: 0.9 };
    const { row, nodes, chunks } = decodeItem({
      uuid: 'a',
      status: 'completed',
      metrics,
      image_metrics,
      video_metrics,
    });
    expect(row).toMatchObject({
      verdict: 'fake',
      verdict_basis: 'video',
      verdict_score: 0.9,
      not_assessed: 'audio;image',
      audio_score: null,
      image_score: null,
      video_score: 0.9,
      audio_chunks: 2,
      audio_score_min: 0.5,
      audio_score_mean: 0.5,
      audio_score_max: 0.5,
      fake_nodes: 1,
    });
    expect(nodes.map((node) => node['score'])).toEqual([null, null, null, 0.9]);
    expect(chunks.map((chunk) => chunk['score'])).toEqual([null, 0.5]);
  });

  it('takes a neighbour of -1 for a score, impossible as it is', () => {
    const { row } = decodeItem({ uuid: 'a', metrics: { label: 'real', aggregated_score: -0.999 } });
    expect(row).toMatchObject({ audio_score: -0.999, not_assessed: null });
  });
});
