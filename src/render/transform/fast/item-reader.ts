import {
  endOfValue,
  isJsonObject,
  type JsonObject,
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
    return { value, members: membersOf(bytes, slice.start), trees: NO_TREES };
  }

  #readPlain(bytes: Buffer, slice: Slice): RawItem | null {
    const members: MemberSlice[] = [];
    let trees = NO_TREES;
    try {
      trees = this.#readMembers(bytes, slice, members);
    } catch (error) {
      if (error === FALL_BACK) return null;
      throw error;
    }
    const value = JSON.parse(textWithout(bytes, slice, members, trees)) as JsonObject;
    // Of duplicate keys the last one counts; the slow path finds out which of them are trees.
    if (trees.size > 0 && Object.keys(value).length !== members.length) return null;
    return { value, members, trees };
  }

  /** Adds to the members; returns those that are trees. */
  #readMembers(bytes: Buffer, slice: Slice, members: MemberSlice[]): ReadonlyMap<string, FastTree> {
    const scanner = this.#scanner;
    let trees: Map<string, FastTree> | null = null;
    scanner.open(bytes, slice.start);
    if (scanner.next() !== OPEN_BRACE) throw FALL_BACK;
    scanner.at++;
    if (scanner.next() === CLOSE_BRACE) return NO_TREES;
    for (;;) {
      const slot = scanner.key();
      const code = scanner.codeAt(slot);
      const key = scanner.textAt(slot);
      const first = scanner.next();
      const start = scanner.at;
      const tree = code > 0 && first === OPEN_BRACE ? this.#readTree(bytes, start, code) : null;
      if (tree !== null) (trees ??= new Map()).set(key, tree);
      const end = tree?.end ?? endOfValue(bytes, start);
      members.push({ key, start, end });
      scanner.at = end;
      const byte = scanner.next();
      scanner.at++;
      if (byte === CLOSE_BRACE) return trees ?? NO_TREES;
      if (byte !== COMMA) throw FALL_BACK;
    }
  }

  #readTree(bytes: Buffer, start: number, code: number): FastTree | null {
    const root = this.#rootsByCode[code - 1];
    return root === undefined ? null : this.#treeReader.read(bytes, start, root);
  }
}

/** The text of the item with `null` in place of each tree. */
function textWithout(
  bytes: Buffer,
  { start, end }: Slice,
  members: readonly MemberSlice[],
  trees: ReadonlyMap<string, FastTree>,
): string {
  let text = '';
  let from = start;
  if (trees.size > 0) {
    for (const member of members) {
      if (trees.get(member.key)?.end !== member.end) continue;
      text += `${textOf(bytes, from, member.start)}null`;
      from = member.end;
    }
  }
  return text + textOf(bytes, from, end);
}
