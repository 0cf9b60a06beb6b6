import type { Detection } from '../../core/detection.ts';
import type { UndatedDetection } from '../../core/statistics.ts';
import { shorten } from '../../core/text.ts';

/** This many are named; all are counted. */
const MOST_NAMED = 10;
const LONGEST_UUID = 80;
/** Characters of dates. Anything else is withheld: it is the uploader's text, and everyone may read statistics. */
const DATE_SIGNS = /^[\p{L}\d .,:/+-]{1,40}$/u;

/** Detections without a readable creation time: the smallest ids, so that any order of counting names the same. */
export class UndatedList {
  readonly #named: UndatedDetection[] = [];

  add({ uuid, createdAtUnread }: Pick<Detection, 'uuid' | 'createdAtUnread'>): void {
    const isShown = createdAtUnread !== null && DATE_SIGNS.test(createdAtUnread) && !createdAtUnread.includes('//');
    const shown = createdAtUnread === null || isShown ? createdAtUnread : '(not a date)';
    this.#insert({ uuid: shorten(uuid, LONGEST_UUID), created_at: shown });
  }

  merge(other: readonly UndatedDetection[]): void {
    for (const one of other) this.#insert(one);
  }

  get named(): readonly UndatedDetection[] {
    return [...this.#named];
  }

  #insert(one: UndatedDetection): void {
    const at = this.#named.findIndex((other) => keyOf(one) < keyOf(other));
    if (at >= 0) this.#named.splice(at, 0, one);
    else this.#named.push(one);
    if (this.#named.length > MOST_NAMED) this.#named.pop();
  }
}

function keyOf({ uuid, created_at: text }: UndatedDetection): string {
  return `${uuid}\n${text ?? ''}`;
}
