/**
 * A part of the statistics. Its counts are plain data, which another thread can receive and merge: any split of the
 * detections, merged in any order, gives the same digits.
 */
export interface Part {
  /** Valid until something is added. */
  readonly counted: unknown;
  merge(counted: never): void;
}

type Parts = Readonly<Record<string, Part>>;

export type Counted<Of extends Parts> = { readonly [Name in keyof Of]: Of[Name]['counted'] };

/** Named parts, counted and merged as one. */
export class Group<const Of extends Parts> implements Part {
  readonly of: Of;

  constructor(parts: Of) {
    this.of = parts;
  }

  get counted(): Counted<Of> {
    return Object.fromEntries(Object.entries(this.of).map(([name, part]) => [name, part.counted])) as Counted<Of>;
  }

  merge(counted: Counted<Of>): void {
    for (const [name, part] of Object.entries(this.of)) part.merge(counted[name] as never);
  }
}

export class Tally<Name extends string> implements Part {
  readonly counted: Record<Name, number>;

  constructor(names: readonly Name[]) {
    this.counted = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  }

  increment(name: Name): void {
    this.counted[name] += 1;
  }

  merge(counted: Readonly<Record<Name, number>>): void {
    for (const name of Object.keys(counted) as Name[]) this.counted[name] += counted[name];
  }
}

/** The first and the last of some instants (epoch milliseconds); infinite without any. */
export class Extremes implements Part {
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  get counted(): { readonly first: number; readonly last: number } {
    return { first: this.#first, last: this.#last };
  }

  add(ms: number | null): void {
    if (ms !== null) this.merge({ first: ms, last: ms });
  }

  merge({ first, last }: Extremes['counted']): void {
    this.#first = Math.min(this.#first, first);
    this.#last = Math.max(this.#last, last);
  }
}
