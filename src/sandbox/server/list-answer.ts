import { type Answer, refusal } from './answer.ts';
import type { Listing } from '../list/listing.ts';

/** The documented limits and default of `page_size`. */
const LEAST_SIZE = 10;
const MOST_SIZE = 1000;
const DEFAULT_SIZE = 10;

export interface PageQuery {
  readonly page: number;
  readonly size: number;
}

/** Checks `page` and `page_size` as documented; an `Answer` is the API's 400. */
export function readPageQuery(query: URLSearchParams): PageQuery | Answer {
  const page = wholeNumber(query.get('page'));
  if (page === null || page < 1) return refusal(400, 'page must be >= 1');
  const asked = query.get('page_size');
  const size = asked === null ? DEFAULT_SIZE : wholeNumber(asked);
  if (size === null || size < LEAST_SIZE || size > MOST_SIZE) {
    return refusal(400, 'page_size must be between 10 and 1000');
  }
  return { page, size };
}

/** A server that silently sends smaller pages than requested; every offset shifts. */
export interface PageClamp {
  readonly size: number;
  /** The `page_size` that the answer states. */
  readonly echoes: 'asked' | 'clamped';
}

/** One page of the list; after the last page, `items` is empty. */
export function listAnswer(listing: Listing, { page, size }: PageQuery, clamp: PageClamp | null): Answer {
  const served = Math.min(size, clamp?.size ?? size);
  const total = listing.count;
  const items = listing.slice((page - 1) * served, served);
  const head = {
    success: true,
    page,
    num_pages: Math.ceil(total / served),
    page_size: clamp?.echoes === 'asked' ? size : served,
    total_count: total,
  };
  const parts: Uint8Array[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`)];
  const comma = Buffer.from(',');
  for (const [index, item] of items.entries()) {
    if (index > 0) parts.push(comma);
    parts.push(item);
  }
  parts.push(Buffer.from(']}'));
  return { status: 200, body: Buffer.concat(parts) };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
