import type { JsonValue } from '../../../core/json.ts';
import { isExactNumber } from '../fields.ts';
import {
  CERTAINTY_AS_TEXT,
  emptyNode,
  type NodePlace,
  type RawNode,
  ROOT_COLUMNS,
  SCORE_AS_TEXT,
  TIMESTAMP_AS_TEXT,
} from '../node.ts';
import { DEEPEST_LEVEL, MOST_NODES } from '../metric-tree.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  FALL_BACK,
  FastScanner,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './scanner.ts';

/** Codes of the keys of a node; 0 for every other key. */
const TYPE = 1;
const LABEL = 2;
const CONCLUSION = 3;
const SCORE = 4;
const CERTAINTY = 5;
const PERCENT = 6;
const TIMESTAMP = 7;
const CHILDREN = 8;
const IMAGE = 9;
const CONSISTENCY = 10;
const AGGREGATED_SCORE = 11;
const CODES: ReadonlyMap<string, number> = new Map([
  ['type', TYPE],
  ['label', LABEL],
  ['conclusion', CONCLUSION],
  ['score', SCORE],
  ['certainty', CERTAINTY],
  ['certainty (%)', PERCENT],
  ['timestamp', TIMESTAMP],
  ['children', CHILDREN],
  ['image', IMAGE],
  ['consistency', CONSISTENCY],
  ['aggregated_score', AGGREGATED_SCORE],
]);
/** With more keys, the linear search for duplicates would take too long. */
const MOST_OTHERS = 32;

export interface FastTree {
  readonly nodes: readonly RawNode[];
  /** The root's `image`, if it has a column. */
  readonly image: JsonValue;
  /** The chunk scores of audio: as parsed, or a list of numbers, some of which were texts. */
  readonly chunks: JsonValue;
  readonly chunkTexts: number;
  readonly end: number;
}

/**
 * Reads metric trees from the bytes of an item, several times faster than parsing them into objects and walking those.
 * Trees are most of a list's bytes. A tree that is not plain is not read here:
 * `walkMetricTree` takes every tree, and gives the same nodes for plain ones.
 */
export class FastTreeReader {
  readonly #scanner = new FastScanner((key) => CODES.get(key) ?? 0);
  #nodes: RawNode[] = [];
  #image: JsonValue = null;
  #chunks: JsonValue = null;
  #chunkTexts = 0;

  /** The tree that begins at `start`; null if it is not plain, or has no key, which means no result. */
  read(bytes: Buffer, start: number, root: NodePlace): FastTree | null {
    this.#scanner.open(bytes, start + 1);
    if (this.#scanner.next() === CLOSE_BRACE) return null;
    this.#scanner.at = start;
    this.#nodes = [];
    this.#image = null;
    this.#chunks = null;
    this.#chunkTexts = 0;
    try {
      this.#node(root);
    } catch (error) {
      if (error === FALL_BACK) return null;
      throw error;
    }
    const { at: end } = this.#scanner;
    return { nodes: this.#nodes, image: this.#image, chunks: this.#chunks, chunkTexts: this.#chunkTexts, end };
  }

  #node(place: NodePlace): void {
    const scanner = this.#scanner;
    const raw = emptyNode(place);
    if (this.#nodes.push(raw) > MOST_NODES || scanner.next() !== OPEN_BRACE) throw FALL_BACK;
    scanner.at++;
    if (scanner.next() === CLOSE_BRACE) {
      scanner.at++;
      return;
    }
    let seen = 0;
    for (;;) {
      const slot = scanner.key();
      const code = scanner.codeAt(slot);
      if (code === 0 || (code >= IMAGE && !hasColumn(place, code))) this.#other(raw, scanner.textAt(slot));
      else {
        // The slow path keeps the last of two equal keys in the rows and both in `extra`.
        if ((seen & (1 << code)) !== 0) throw FALL_BACK;
        seen |= 1 << code;
        this.#known(raw, code);
      }
      const byte = scanner.next();
      scanner.at++;
      if (byte === CLOSE_BRACE) return;
      if (byte !== COMMA) throw FALL_BACK;
    }
  }

  #known(raw: RawNode, code: number): void {
    const scanner = this.#scanner;
    switch (code) {
      case TYPE:
        raw.type = this.#word();
        return;
      case LABEL:
        raw.label = this.#word();
        return;
      case CONCLUSION:
        raw.conclusion = this.#word();
        return;
      case SCORE:
        if (isAudioRoot(raw.place)) this.#chunks = this.#chunkScores();
        else raw.score = this.#number(raw, SCORE_AS_TEXT);
        return;
      case AGGREGATED_SCORE:
        raw.score = this.#number(raw, SCORE_AS_TEXT);
        return;
      case CONSISTENCY:
        raw.consistency = this.#scalar();
        return;
      case CERTAINTY:
        raw.certainty = this.#number(raw, CERTAINTY_AS_TEXT);
        return;
      case PERCENT:
        raw.percent = this.#word();
        return;
      case TIMESTAMP:
        raw.timestamp = this.#number(raw, TIMESTAMP_AS_TEXT);
        return;
      case CHILDREN:
        this.#children(raw.place);
        return;
      default:
        this.#image = scanner.value();
    }
  }

  /** A text or nothing: for anything else the slow path keeps the value as received. */
  #word(): string | null {
    const value = this.#scanner.repeated();
    if (value !== null && typeof value !== 'string') throw FALL_BACK;
    return value;
  }

  /** A number, or a text that holds only a number; other values are not plain. */
  #number(raw: RawNode, asText: number): number | null {
    const scanner = this.#scanner;
    if (scanner.next() !== QUOTE) {
      const value = scanner.value();
      if (value !== null && (typeof value !== 'number' || !isExactNumber(value))) throw FALL_BACK;
      return value;
    }
    const number = scanner.numberInText();
    if (number === '') return null;
    if (!isExactNumber(number)) throw FALL_BACK;
    raw.asText |= asText;
    return number;
  }

  #scalar(): string | number | boolean | null {
    const value = this.#scanner.value();
    if (typeof value === 'object' && value !== null) throw FALL_BACK;
    if (typeof value === 'number' && !isExactNumber(value)) throw FALL_BACK;
    return value;
  }

  /** A list of numbers, or of texts that hold one; anything but a list as it is. */
  #chunkScores(): JsonValue {
    const scanner = this.#scanner;
    if (scanner.next() !== OPEN_BRACKET) return scanner.value();
    scanner.at++;
    const scores: number[] = [];
    for (let byte = scanner.next(); byte !== CLOSE_BRACKET; byte = scanner.next()) {
      if (scores.length > 0) {
        if (byte !== COMMA) throw FALL_BACK;
        scanner.at++;
      }
      const isText = scanner.next() === QUOTE;
      const score = isText ? scanner.numberInText() : scanner.number();
      if (score === '' || !isExactNumber(score)) throw FALL_BACK;
      if (isText) this.#chunkTexts++;
      scores.push(score);
    }
    scanner.at++;
    return scores;
  }

  #children(parent: NodePlace): void {
    const scanner = this.#scanner;
    if (scanner.next() !== OPEN_BRACKET) {
      if (scanner.value() !== null) throw FALL_BACK;
      return;
    }
    scanner.at++;
    if (scanner.next() === CLOSE_BRACKET) {
      scanner.at++;
      return;
    }
    if (parent.depth >= DEEPEST_LEVEL) throw FALL_BACK;
    for (let position = 0; ; position++) {
      this.#node(parent.child(position));
      const byte = scanner.next();
      scanner.at++;
      if (byte === CLOSE_BRACKET) return;
      if (byte !== COMMA) throw FALL_BACK;
    }
  }

  #other(raw: RawNode, key: string): void {
    const others = (raw.others ??= []);
    if (others.length >= MOST_OTHERS || others.some(([other]) => other === key)) throw FALL_BACK;
    others.push([key, this.#scanner.asReceived()]);
  }
}

function isAudioRoot({ parent, modality }: NodePlace): boolean {
  return parent === null && modality === 'audio';
}

/** Whether a key that only some roots have a column for has one here. */
function hasColumn(place: NodePlace, code: number): boolean {
  return code === IMAGE ? place.parent === null && ROOT_COLUMNS[place.modality].has('image') : isAudioRoot(place);
}
