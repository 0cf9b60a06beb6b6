import type { Detection } from '../../core/detection.ts';
import { type Mark, type MarkCounts, MARKS, type Provenance } from '../../core/statistics.ts';
import { MODALITIES } from '../../core/policy.ts';
import { Group } from './counted.ts';
import { KeyedCounts } from './keyed-counts.ts';

const SIGNALS = ['c2pa', 'watermark', 'synthid'] as const;
const VERDICTS = ['fake', 'real', 'indeterminate', 'none'] as const;

/**
 * Marks of origin. "Unavailable" is not "absent": a detection counts as not marked only if a search was asked for, every
 * search that was asked for gave an answer, and none found a mark. A missing SynthID result means unavailable, and
 * hides no answer of another search.
 */
export class ProvenanceCounts extends Group<Readonly<Record<'media' | 'signals', KeyedCounts>>> {
  constructor() {
    const media = new KeyedCounts(VERDICTS.length * MARKS.length, MODALITIES);
    super({ media, signals: new KeyedCounts(MARKS.length, SIGNALS) });
  }

  add(detection: Detection, medium: string): void {
    const { c2paState, watermarkStatus, watermarkVerdict, verdict } = detection;
    const marks = {
      c2pa: c2paState === 'Valid' ? 'marked' : c2paState === 'NotPresent' ? 'not_marked' : 'unknown',
      watermark: watermarkMark(watermarkVerdict),
      synthid: synthidMark(detection.synthid),
    } as const;
    for (const name of SIGNALS) this.of.signals.increment(name, MARKS.indexOf(marks[name]));
    const asked = [
      ...(c2paState === null ? [] : [marks.c2pa]),
      ...(watermarkStatus === null && watermarkVerdict === null ? [] : [marks.watermark]),
      ...(marks.synthid === 'unknown' ? [] : [marks.synthid]),
    ];
    const mark: Mark = asked.includes('marked')
      ? 'marked'
      : asked.length === 0 || asked.includes('unknown')
        ? 'unknown'
        : 'not_marked';
    this.of.media.increment(medium, VERDICTS.indexOf(verdict ?? 'none') * MARKS.length + MARKS.indexOf(mark));
  }

  result(): Provenance {
    const media = this.of.media.entries().map(([medium, row]): [string, Provenance['by_media_type'][string]] => {
      const of = (index: number): MarkCounts => marksOf(row.slice(index * MARKS.length));
      return [medium, { fake: of(0), real: of(1), indeterminate: of(2), none: of(3) }];
    });
    const signals = new Map(this.of.signals.entries());
    const signal = (name: string): MarkCounts => marksOf(signals.get(name) ?? []);
    return {
      by_media_type: Object.fromEntries(media),
      signals: { c2pa: signal('c2pa'), watermark: signal('watermark'), synthid: signal('synthid') },
    };
  }
}

function marksOf([marked = 0, not_marked = 0, unknown = 0]: readonly number[]): MarkCounts {
  return { marked, not_marked, unknown };
}

function watermarkMark(verdict: string | null): Mark {
  if (verdict === 'verified' || verdict === 'degraded') return 'marked';
  return verdict === 'not_watermarked' ? 'not_marked' : 'unknown';
}

/** The provider's own object; only its `detected` is understood. */
function synthidMark(json: string | null): Mark {
  if (json === null) return 'unknown';
  const { detected } = Object(JSON.parse(json)) as { readonly detected?: unknown };
  return detected === true ? 'marked' : detected === false ? 'not_marked' : 'unknown';
}
