import { decodePage } from '../../src/core/envelope.ts';
import type { Page } from '../../src/core/page.ts';

/** One detection of the model. Times are epoch milliseconds. */
export interface ModelItem {
  readonly uuid: string;
  /** Its identity, whatever its uuid says. */
  readonly serial: number;
  readonly createdMs: number;
  updatedMs: number;
  /** Counts the versions that it has had. */
  version: number;
}

export interface Movement {
  /** Expected numbers of each change before every answer. */
  readonly inserts: number;
  readonly deletes: number;
  readonly updates: number;
}

export interface ModelOptions extends Movement {
  readonly items: number;
  readonly seed: number;
  /** How many neighbours share one time; where it is more than 1, they change places before every answer. */
  readonly tie: number;
  /** In `moving` every update takes an item to another place, anywhere. */
  readonly order: 'created desc' | 'created asc' | 'updated desc' | 'none' | 'moving';
  /** Whether updates of the time before the walk left `updated_at` in another order than `created_at`. */
  readonly aged: boolean;
  /** Largest page that the server gives out, whatever it is asked for; it says so only where `echoes` is true. */
  readonly clamp?: number;
  /** So many items at the most are in an answer, wherever the pages would end: the rest of a page is cut off. */
  readonly cut?: number;
  /** So many bytes at the most, the first item apart; items weigh between 200 and 1,200, now and then 20,000. */
  readonly cutBytes?: number;
  /** The count is that of what was shown up to this answer's end: it says of every page that it is the last. */
  readonly countsShown?: boolean;
  /** The count is too high by so many. */
  readonly overcounts?: number;
  /** True where each answer comes from a list in another order. */
  readonly reorders?: boolean;
  readonly counts?: boolean;
  readonly echoes?: boolean;
  /** Several writers: one item in eight was stamped up to so many milliseconds before it was inserted. */
  readonly jitterMs?: number;
}

/** What an answer is cut from. */
export interface View {
  readonly items: readonly ModelItem[];
  /** What it counts; null for nothing. */
  readonly total: number | null;
  readonly cached?: string;
}

const START_MS = Date.UTC(2024, 0, 1);

/** A generator of numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A list that moves before every answer, as a server with page numbers alone shows it. */
export class ListModel {
  items: ModelItem[] = [];
  /** What was in the list at the first answer and never deleted since. */
  readonly throughout = new Set<string>();
  /** The same, by `serial`. */
  readonly throughoutSerials = new Set<number>();
  protected readonly random: () => number;
  protected nowMs = START_MS;
  readonly #options: ModelOptions;
  #serial = 0;
  #answers = 0;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.random = randomFrom(options.seed);
    for (let i = 0; i < options.items; i++) this.items.push(this.#newItem());
    if (options.order.endsWith('desc')) this.items.reverse();
    if (options.order === 'none' || options.order === 'moving') this.items = this.#shuffled();
    if (options.aged) this.#age();
  }

  /** Changes the list, then answers with a slice of it. */
  answer(number: number, asked: number): Page {
    this.move(this.#options);
    const { clamp, counts, cut, cutBytes, echoes, countsShown, overcounts = 0, reorders } = this.#options;
    const size = Math.min(asked, clamp ?? asked);
    if (this.#answers++ === 0) {
      for (const { uuid, serial } of this.truth()) {
        this.throughout.add(uuid);
        this.throughoutSerials.add(serial);
      }
    }
    const view = this.view(number, size);
    const list = reorders === true ? this.#shuffled() : view.items;
    const shown = cutAt(list.slice((number - 1) * size, number * size), cut, cutBytes);
    const counted = view.total === null ? null : view.total + overcounts;
    const total = countsShown === true ? (number - 1) * size + shown.length : counted;
    const body = JSON.stringify({
      success: true,
      ...(echoes === false ? {} : { page: number, page_size: size }),
      ...(counts === false || total === null ? {} : { total_count: total }),
      items: shown.map(({ uuid, serial, createdMs, updatedMs, version }) => ({
        uuid,
        serial,
        created_at: new Date(createdMs).toISOString(),
        updated_at: new Date(updatedMs).toISOString(),
        version,
      })),
    });
    const receivedAt = new Date(this.nowMs).toISOString();
    const page = decodePage(Buffer.from(body), { number, size: asked, receivedAt });
    return view.cached === undefined ? page : { ...page, cached: view.cached };
  }

  /** What is in the list for whoever could see all of it. */
  protected truth(): readonly ModelItem[] {
    return this.items;
  }

  /** What the answer to a request is cut from. */
  protected view(_page: number, _size: number): View {
    return { items: this.items, total: this.items.length };
  }

  protected move({ inserts, deletes, updates }: Movement): void {
    const { tie } = this.#options;
    for (let n = this.#poisson(inserts); n > 0; n--) this.#insert();
    for (let n = this.#poisson(deletes); n > 0 && this.items.length > 0; n--) {
      const [gone] = this.items.splice(this.#any(), 1);
      if (gone === undefined) continue;
      this.throughout.delete(gone.uuid);
      this.throughoutSerials.delete(gone.serial);
    }
    for (let n = this.#poisson(updates); n > 0 && this.items.length > 0; n--) this.#update();
    if (tie > 1) this.#shuffleTies();
  }

  #insert(): void {
    const item = this.#newItem();
    const { order } = this.#options;
    if (order === 'created asc') this.items.push(item);
    else if (order === 'none' || order === 'moving') this.items.splice(this.#any(), 0, item);
    else this.items.unshift(item);
  }

  #newItem(): ModelItem {
    const { tie } = this.#options;
    this.#serial++;
    // Groups of equal times: the clock goes on with every tie-th item only.
    if (this.#serial % tie === 0) this.nowMs += 1 + Math.floor(this.random() * 5000);
    const early = this.#early();
    return {
      serial: this.#serial,
      uuid: `${this.#serial.toString(16).padStart(8, '0')}${this.#options.seed.toString(16).padStart(24, '0')}`,
      createdMs: this.nowMs - early,
      updatedMs: this.nowMs - early,
      version: 0,
    };
  }

  /** How long before now something is stamped. */
  #early(): number {
    const { jitterMs = 0 } = this.#options;
    return jitterMs > 0 && this.random() < 0.125 ? Math.floor(this.random() * jitterMs) : 0;
  }

  /** Some detections took longer than others: `updated_at` is out of step with `created_at`. */
  #age(): void {
    for (const item of this.items) item.updatedMs += Math.floor(this.random() * 60_000);
    this.nowMs += 60_000;
    if (this.#options.order === 'updated desc') this.items.sort((a, b) => b.updatedMs - a.updatedMs);
  }

  #update(): void {
    const place = this.#any();
    const item = this.items[place];
    if (item === undefined) return;
    this.nowMs += this.#options.tie > 1 && this.random() < 0.5 ? 0 : 1;
    item.updatedMs = this.nowMs - this.#early();
    item.version++;
    const { order } = this.#options;
    if (order !== 'updated desc' && order !== 'moving') return;
    this.items.splice(place, 1);
    this.items.splice(order === 'moving' ? this.#any() : 0, 0, item);
  }

  #shuffleTies(): void {
    const key = this.#options.order === 'updated desc' ? 'updatedMs' : 'createdMs';
    for (let i = 1; i < this.items.length; i++) {
      const a = this.items[i - 1] as ModelItem;
      const b = this.items[i] as ModelItem;
      if (a[key] === b[key] && this.random() < 0.5) {
        this.items[i - 1] = b;
        this.items[i] = a;
      }
    }
  }

  #shuffled(): ModelItem[] {
    const list = [...this.items];
    for (let i = list.length - 1; i > 0; i--) {
      const j = Math.floor(this.random() * (i + 1));
      [list[i], list[j]] = [list[j] as ModelItem, list[i] as ModelItem];
    }
    return list;
  }

  #any(): number {
    return Math.floor(this.random() * this.items.length);
  }

  #poisson(mean: number): number {
    if (mean === 0) return 0;
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.random(); product > limit; product *= this.random()) count++;
    return count;
  }
}

/** What is left of a page that a server cuts. */
function cutAt(page: readonly ModelItem[], cut = page.length, cutBytes = Number.POSITIVE_INFINITY): ModelItem[] {
  let bytes = 0;
  let kept = 0;
  for (const { uuid } of page) {
    const weight = Number.parseInt(uuid.slice(0, 8), 16) * 7919;
    bytes += weight % 23 === 0 ? 20_000 : 200 + (weight % 1000);
    if (kept > 0 && (bytes > cutBytes || kept >= cut)) break;
    kept++;
  }
  return page.slice(0, kept);
}
