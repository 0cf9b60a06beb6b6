import { decodePage } from '../../src/core/envelope.ts';
import type { Page } from '../../src/core/page.ts';

/** One detection of the model. Keys are epoch milliseconds. */
export interface ModelItem {
  readonly uuid: string;
  createdMs: number;
  updatedMs: number;
  status: string;
}

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

export interface ModelOptions {
  readonly items: number;
  readonly seed: number;
  /** Expected numbers of each change before every answer. */
  readonly inserts: number;
  readonly deletes: number;
  readonly updates: number;
  /** Items that share one creation time; 1 for none. Members of a group change places at every answer. */
  readonly tie: number;
  readonly order: 'created desc' | 'created asc' | 'updated desc';
}

const START_MS = Date.UTC(2024, 0, 1);

/** A list that moves before every answer, as a server with page numbers alone shows it. */
export class ListModel {
  readonly items: ModelItem[] = [];
  /** In the list when the first answer was given and never deleted since. */
  readonly throughout = new Set<string>();
  readonly #options: ModelOptions;
  readonly #random: () => number;
  #serial = 0;
  #nowMs = START_MS;
  requests = 0;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#random = randomFrom(options.seed);
    for (let i = 0; i < options.items; i++) this.#insert();
    for (const { uuid } of this.items) this.throughout.add(uuid);
  }

  /** Changes the list, then answers with a slice of it. */
  answer(number: number, size: number): Page {
    this.requests++;
    this.#move();
    const slice = this.items.slice((number - 1) * size, number * size);
    return pageOf(slice, { number, size, totalCount: this.items.length });
  }

  #move(): void {
    const { inserts, deletes, updates, tie } = this.#options;
    for (let n = this.#poisson(inserts); n > 0; n--) this.#insert();
    for (let n = this.#poisson(deletes); n > 0 && this.items.length > 0; n--) {
      const [gone] = this.items.splice(Math.floor(this.#random() * this.items.length), 1);
      if (gone !== undefined) this.throughout.delete(gone.uuid);
    }
    for (let n = this.#poisson(updates); n > 0 && this.items.length > 0; n--) this.#update();
    if (tie > 1) this.#shuffleTies();
  }

  #insert(): void {
    const { tie, order } = this.#options;
    this.#serial++;
    // Groups of equal times: the clock goes on with every tie-th item only.
    if (this.#serial % tie === 0) this.#nowMs += 1000 + Math.floor(this.#random() * 5000);
    const item = {
      uuid: `${this.#serial.toString(16).padStart(8, '0')}${this.#options.seed.toString(16).padStart(24, '0')}`,
      createdMs: this.#nowMs,
      updatedMs: this.#nowMs,
      status: 'processing',
    };
    if (order === 'created asc') this.items.push(item);
    else this.items.unshift(item);
  }

  #update(): void {
    const place = Math.floor(this.#random() * this.items.length);
    const item = this.items[place];
    if (item === undefined) return;
    this.#nowMs += 1;
    item.updatedMs = this.#nowMs;
    item.status = item.status === 'processing' ? 'completed' : 'failed';
    if (this.#options.order === 'updated desc') {
      this.items.splice(place, 1);
      this.items.unshift(item);
    }
  }

  #shuffleTies(): void {
    const key = this.#options.order === 'updated desc' ? 'updatedMs' : 'createdMs';
    for (let i = 1; i < this.items.length; i++) {
      const a = this.items[i - 1] as ModelItem;
      const b = this.items[i] as ModelItem;
      if (a[key] === b[key] && this.#random() < 0.5) {
        this.items[i - 1] = b;
        this.items[i] = a;
      }
    }
  }

  #poisson(mean: number): number {
    if (mean === 0) return 0;
    const limit = Math.exp(-mean);
    let product = this.#random();
    let count = 0;
    for (; product > limit; product *= this.#random()) count++;
    return count;
  }
}

/** A page as the API would send it. */
export function pageOf(
  items: readonly ModelItem[],
  asked: { number: number; size: number; totalCount: number | null; echoedSize?: number },
): Page {
  const body = JSON.stringify({
    success: true,
    page: asked.number,
    page_size: asked.echoedSize ?? asked.size,
    ...(asked.totalCount === null ? {} : { total_count: asked.totalCount }),
    items: items.map(({ uuid, createdMs, updatedMs, status }) => ({
      uuid,
      created_at: new Date(createdMs).toISOString(),
      updated_at: new Date(updatedMs).toISOString(),
      status,
    })),
  });
  return decodePage(Buffer.from(body), {
    number: asked.number,
    size: asked.size,
    receivedAt: '2024-01-01T00:00:00.000Z',
  });
}
