/*
 * The compact protocol of Thrift (thrift-compact-protocol.md), read as strictly as arrow-rs reads it: every list says of
 * which type its elements are, an empty one too.
 */

const STOP = 0;
const TYPES = new Map([
  [1, 'true'],
  [2, 'false'],
  [3, 'byte'],
  [4, 'i16'],
  [5, 'i32'],
  [6, 'i64'],
  [7, 'double'],
  [8, 'binary'],
  [9, 'list'],
  [10, 'set'],
  [11, 'map'],
  [12, 'struct'],
]);

/** Lists of a Parquet file's footer by the path of their fields: `4` is `row_groups`, `4.1` the columns of these. */
export function listsOfFooter(file: Buffer): Map<string, Set<string>> {
  const length = file.readUInt32LE(file.length - 8);
  const reader = new FooterReader(file.subarray(file.length - 8 - length, file.length - 8));
  reader.struct('');
  if (reader.at !== length) throw new Error(`the footer has ${length} bytes, ${reader.at} were read`);
  return reader.lists;
}

class FooterReader {
  readonly #bytes: Buffer;
  readonly lists = new Map<string, Set<string>>();
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  struct(path: string): void {
    let field = 0;
    for (let header = this.#byte(); header !== STOP; header = this.#byte()) {
      const delta = header >> 4;
      field = delta === 0 ? zigzag(this.#varint()) : field + delta;
      this.#value(typeOf(header & 15), path === '' ? String(field) : `${path}.${field}`, false);
    }
  }

  #value(type: string, path: string, inList: boolean): void {
    if (type === 'true' || type === 'false') this.at += inList ? 1 : 0;
    else if (type === 'byte') this.at += 1;
    else if (type === 'double') this.at += 8;
    else if (type === 'struct') this.struct(path);
    else if (type === 'list') this.#list(path);
    else if (type === 'binary') this.#skip(this.#varint());
    else if (type.startsWith('i')) this.#varint();
    else throw new Error(`no ${type} is expected in a footer`);
  }

  #list(path: string): void {
    const header = this.#byte();
    const type = typeOf(header & 15);
    const size = header >> 4 === 15 ? this.#varint() : header >> 4;
    this.lists.set(path, (this.lists.get(path) ?? new Set()).add(type));
    for (let index = 0; index < size; index++) this.#value(type, path, true);
  }

  #skip(bytes: number): void {
    this.at += bytes;
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new Error('the footer is cut off');
    return byte;
  }

  #varint(): number {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }
}

function typeOf(code: number): string {
  const type = TYPES.get(code);
  if (type === undefined) throw new Error(`${code} is no type`);
  return type;
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
