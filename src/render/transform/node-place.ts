import type { Modality } from '../../core/policy.ts';
import { METRICS_KEY } from './metric-keys.ts';
import { coercion } from './notes.ts';

/** Keys of a node whose value is a number, or a text that holds one. */
export const NUMBER_KEYS = ['score', 'aggregated_score', 'certainty', 'consistency', 'timestamp'] as const;
export type NumberKey = (typeof NUMBER_KEYS)[number];

/** Names that notes use for the nodes at a place. */
export interface NodeNames {
  /** `video_metrics.` or `video_metrics.children[].`. */
  readonly prefix: string;
  /** The note that a number was read from a text. */
  readonly textReadAsNumber: Readonly<Record<NumberKey, string>>;
}

/** More than any tree ever seen needs; places above this number are not cached. */
const MOST_KEPT = 10_000;

interface Family {
  readonly modality: Modality;
  readonly children: NodeNames;
  /** How many more places may be kept. */
  left: number;
}

/**
 * Place of a node in its tree. Trees look alike, so places are cached: a node at the same path of the next detection
 * has the same place, and shares its texts.
 */
export class NodePlace {
  readonly modality: Modality;
  /** `video` is the root, `video/1` its second child. */
  readonly node: string;
  readonly parent: string | null;
  /** A root is at depth 1. */
  readonly depth: number;
  readonly position: number;
  readonly names: NodeNames;
  readonly #family: Family;
  readonly #children: NodePlace[] = [];

  private constructor(family: Family, names: NodeNames, parent: NodePlace | null, position: number) {
    this.modality = family.modality;
    this.node = parent === null ? family.modality : `${parent.node}/${position}`;
    this.parent = parent?.node ?? null;
    this.depth = parent === null ? 1 : parent.depth + 1;
    this.position = position;
    this.names = names;
    this.#family = family;
  }

  static root(modality: Modality): NodePlace {
    const key = METRICS_KEY[modality];
    const family: Family = { modality, children: namesBehind(`${key}.children[].`), left: MOST_KEPT };
    return new NodePlace(family, namesBehind(`${key}.`), null, 0);
  }

  child(position: number): NodePlace {
    const known = this.#children[position];
    if (known !== undefined) return known;
    const child = new NodePlace(this.#family, this.#family.children, this, position);
    if (position === this.#children.length && this.#family.left > 0) {
      this.#family.left--;
      this.#children.push(child);
    }
    return child;
  }
}

function namesBehind(prefix: string): NodeNames {
  const note = (key: NumberKey) => coercion(prefix + key, 'text read as number');
  return {
    prefix,
    textReadAsNumber: {
      score: note('score'),
      aggregated_score: note('aggregated_score'),
      certainty: note('certainty'),
      consistency: note('consistency'),
      timestamp: note('timestamp'),
    },
  };
}
