import { ListModel, type ModelItem, type ModelOptions, type Movement, type View } from './list-model.ts';

/** How a source lies by accident. Lags, ages and times to live are numbers of answers. */
export type ListFault =
  /** Two items have one uuid: `distance` places apart. */
  | { readonly kind: 'doubled'; readonly distance: number }
  /** One of several replicas is behind the others; items may be stamped before they show as well. */
  | {
      readonly kind: 'replicas';
      readonly pick: 'turns' | 'address' | 'random';
      readonly count: number;
      readonly lag: number;
      readonly delayMs?: number;
    }
  | { readonly kind: 'cache'; readonly of: 'address' | 'head' | 'all'; readonly ttl: number; readonly age: boolean }
  /** The answers of these numbers, from 1, are empty. */
  | { readonly kind: 'empty'; readonly at: readonly number[]; readonly total: 0 | null | 'true' }
  /** Now and then an answer leaves one item out, and counts without it. */
  | { readonly kind: 'flicker'; readonly share: number }
  /** Items are stamped so long before they show. */
  | { readonly kind: 'late'; readonly delayMs: number };

/** States that are remembered: no replica lags more. */
const MOST_STATES = 12;
/** What happens to a list before the first request, so that a replica or a cache has something to be behind with. */
const BEFORE: Movement = { inserts: 1, deletes: 0.2, updates: 0.5 };

interface Version {
  readonly updatedMs: number;
  readonly version: number;
}

/** A list as a source shows it that lies by accident. */
export class FaultyList extends ListModel {
  readonly #fault: ListFault;
  readonly #states: ModelItem[][] = [];
  readonly #cached = new Map<string, { readonly state: ModelItem[]; readonly since: number; readonly until: number }>();
  readonly #versions = new Map<number, Version[]>();
  readonly #order: ModelOptions['order'];
  /** Items are stamped so long before they show. */
  readonly #delayMs: number;
  #answers = 0;

  constructor(options: ModelOptions, fault: ListFault) {
    super(options);
    this.#fault = fault;
    this.#order = options.order;
    if (fault.kind === 'doubled') this.#double(fault.distance);
    this.#delayMs = 'delayMs' in fault ? (fault.delayMs ?? 0) : 0;
    this.nowMs += this.#delayMs;
    if (fault.kind !== 'replicas' && fault.kind !== 'cache') return;
    for (let step = 0; step < MOST_STATES; step++) {
      this.#remember();
      this.move(BEFORE);
    }
  }

  protected override truth(): readonly ModelItem[] {
    return this.#delayMs > 0 ? this.#shownLate() : this.items;
  }

  protected override view(page: number, size: number): View {
    const fault = this.#fault;
    this.#answers++;
    if (this.#delayMs > 0) this.nowMs += 1500;
    switch (fault.kind) {
      case 'doubled':
        return viewOf(this.items);
      case 'replicas': {
        this.#remember();
        const replica = { turns: this.#answers, address: page * 7919 + size, random: Math.floor(this.random() * 1e6) };
        return viewOf(this.#stateBefore(replica[fault.pick] % fault.count === 0 ? fault.lag : 0));
      }
      case 'cache':
        this.#remember();
        return this.#throughCache(page, size, fault);
      case 'empty':
        if (!fault.at.includes(this.#answers)) return viewOf(this.items);
        return { items: [], total: fault.total === 'true' ? this.items.length : fault.total };
      case 'flicker': {
        const left = this.random() < fault.share ? Math.floor(this.random() * this.items.length) : -1;
        return viewOf(this.items.filter((_, at) => at !== left));
      }
      case 'late':
        return viewOf(this.truth());
    }
  }

  #double(distance: number): void {
    const first = Math.floor(this.random() * Math.max(0, this.items.length - distance));
    const twin = this.items[first + distance];
    const uuid = this.items[first]?.uuid;
    if (twin !== undefined && uuid !== undefined) this.items[first + distance] = { ...twin, uuid };
  }

  #remember(): void {
    this.#states.push(this.truth().map((item) => ({ ...item })));
    if (this.#states.length > MOST_STATES) this.#states.shift();
  }

  #stateBefore(answers: number): ModelItem[] {
    return this.#states[Math.max(0, this.#states.length - 1 - answers)] ?? [];
  }

  #throughCache(page: number, size: number, { of, ttl, age }: Extract<ListFault, { kind: 'cache' }>): View {
    const isKept = of === 'all' || (of === 'head' ? page === 1 : (page * 7919 + size) % 3 === 0);
    if (!isKept) return viewOf(this.#stateBefore(0));
    const key = `${page}/${size}`;
    let entry = this.#cached.get(key);
    if (entry === undefined || entry.until < this.#answers) {
      // Whoever asked for it before: nobody, or somebody up to a time to live ago.
      const ago = entry === undefined && this.random() < 0.7 ? Math.floor(this.random() * ttl) : 0;
      const since = this.#answers - ago;
      entry = { state: this.#stateBefore(ago), since, until: since + ttl };
      this.#cached.set(key, entry);
    }
    const seconds = this.#answers - entry.since;
    return { ...viewOf(entry.state), ...(age && seconds > 0 ? { cached: `age: ${seconds}` } : {}) };
  }

  /** Every item in its newest state that is old enough to show, in the order of those states. */
  #shownLate(): ModelItem[] {
    const shown: ModelItem[] = [];
    for (const item of this.items) {
      const versions = this.#versions.get(item.serial) ?? [];
      if (versions.at(-1)?.version !== item.version)
        versions.push({ updatedMs: item.updatedMs, version: item.version });
      this.#versions.set(item.serial, versions);
      const visible = versions.findLast(({ updatedMs }) => updatedMs <= this.nowMs - this.#delayMs);
      if (visible !== undefined) shown.push({ ...item, ...visible });
    }
    return this.#order === 'updated desc' ? shown.sort((a, b) => b.updatedMs - a.updatedMs) : shown;
  }
}

function viewOf(items: readonly ModelItem[]): View {
  return { items, total: items.length };
}
