import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type MemberSlice,
  membersOf,
  type Slice,
  textOf,
} from '../../../core/json.ts';
import { MODALITIES, type Modality } from '../../../core/policy.ts';
import { METRICS_KEY, NodePlace } from '../node.ts';
import { CLOSE_BRACE, COMMA, FALL_BACK, FastScanner, OPEN_BRACE } from './scanner.ts';
import { type FastTree, FastTreeReader } from './tree-reader.ts';

export interface RawItem {
  /** The item as parsed, with null in place of each tree of `trees`. */
  readonly value: JsonObject;
  /** All members in their received order, duplicates included. */
  readonly members: readonly MemberSlice[];
  readonly trees: ReadonlyMap<string, FastTree>;
  /** True if no key stands twice in it. */
  readonly isPlain: boolean;
}

const NO_TREES: ReadonlyMap<string, FastTree> = new Map();

export class RawItemReader {
  readonly roots: Readonly<Record<Modality, NodePlace>> = {
    audio: NodePlace.root('audio'),
    image: NodePlace.root('image'),
    video: NodePlace.root('video'),
  };
  readonly #rootsByCode: readonly NodePlace[] = MODALITIES.map((modality) => this.roots[modality]);
  readonly #scanner = new FastScanner((key) => MODALITIES.findIndex((modality) => METRICS_KEY[modality] === key) + 1);
  readonly #treeReader = new FastTreeReader();

  /** Throws `SyntaxError` if the slice is not a JSON object. */
  read(bytes: Buffer, slice: Slice): RawItem {
    const plain = this.#readPlain(bytes, slice);
    if (plain !== null) return plain;
    const value: unknown = JSON.parse(textOf(bytes, slice.start, slice.end));
    if (!isJsonObject(value)) throw new SyntaxError('The item is not an object.');
    return { value, members: membersOf(bytes, slice.start), trees: NO_TREES, isPlain: false };
  }

  #readPlain(bytes: Buffer, slice: Slice): RawItem | null {
    try {
      return this.#readMembers(bytes, slice);
    } catch (error) {
      if (error === FALL_BACK) return null;
      throw error;
    }
  }

  #readMembers(bytes: Buffer, slice: Slice): RawItem {
    const scanner = this.#scanner;
    const value: Record<string, JsonValue> = {};
    const members: MemberSlice[] = [];
    let trees: Map<string, FastTree> | null = null;
    scanner.open(bytes, slice.start);
    if (scanner.next() !== OPEN_BRACE) throw FALL_BACK;
    scanner.at++;
    for (;;) {
      const slot = scanner.key();
      const code = scanner.codeAt(slot);
      const key = scanner.textAt(slot);
      // As a key, it would not be a member of the object.
      if (key === '__proto__') throw FALL_BACK;
      const first = scanner.next();
      const start = scanner.at;
      const tree = code > 0 && first === OPEN_BRACE ? this.#readTree(bytes, start, code) : null;
      if (tree === null) value[key] = scanner.valueOf(slot);
      else {
        (trees ??= new Map()).set(key, tree);
        value[key] = null;
        scanner.at = tree.end;
      }
      members.push({ key, start, end: scanner.at });
      const byte = scanner.next();
      scanner.at++;
      if (byte === CLOSE_BRACE) break;
      if (byte !== COMMA) throw FALL_BACK;
    }
    if (scanner.at !== slice.end || Object.keys(value).length !== members.length) throw FALL_BACK;
    return { value, members, trees: trees ?? NO_TREES, isPlain: true };
  }

  #readTree(bytes: Buffer, start: number, code: number): FastTree | null {
    const root = this.#rootsByCode[code - 1];
    return root === undefined ? null : this.#treeReader.read(bytes, start, root);
  }
}
