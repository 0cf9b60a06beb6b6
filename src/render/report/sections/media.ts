import type { OutcomeCounts, Statistics } from '../../../core/statistics.ts';
import { shorten } from '../../../core/text.ts';
import type { ReportText } from '../text/en/index.ts';

export interface Medium {
  readonly name: string;
  readonly counts: OutcomeCounts;
}

const KNOWN = ['audio', 'image', 'video'];
/** Media are an open set: the rest is shown as one. */
const MOST_MEDIA = 10;

function rank(name: string): number {
  return KNOWN.includes(name) ? KNOWN.indexOf(name) : KNOWN.length;
}

/** The documented media first, then any others that the source named, in code-unit order. */
export function mediaOf(statistics: Statistics, text: ReportText): Medium[] {
  const media = Object.entries(statistics.by_media_type).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const shown = media.slice(0, MOST_MEDIA).map(([name, counts]) => ({ name: nameOf(name, text), counts }));
  const rest = media.slice(MOST_MEDIA);
  if (rest.length === 0) return shown;
  const counts = rest.map(([, each]) => each).reduce(add);
  return [...shown, { name: text.results.verdicts.otherMedia(rest.length), counts }];
}

function nameOf(name: string, text: ReportText): string {
  if (name === 'audio' || name === 'image' || name === 'video') return text.results.scores.modality[name];
  return name === '' ? text.results.verdicts.noMedium : shorten(name, 24);
}

function add(one: OutcomeCounts, other: OutcomeCounts): OutcomeCounts {
  return {
    completed: one.completed + other.completed,
    processing: one.processing + other.processing,
    failed: one.failed + other.failed,
    fake: one.fake + other.fake,
    real: one.real + other.real,
    indeterminate: one.indeterminate + other.indeterminate,
  };
}
