import type { IncomingMessage } from 'node:http';
import { type Answer, itemAnswer, jsonAnswer, listAnswer, notAllowed, readPageQuery, refusal } from './answer.ts';
import { Batches, createDetection, SecureUploads, UPLOAD_PATH } from './uploads.ts';
import type { Listing } from '../list/listing.ts';
import { LivingListing } from '../list/living-listing.ts';

export const LIST_PATH = '/api/v2/detect';

/** The documented endpoints over one list. A list of page files is read-only: no create, no delete. */
export class Routes {
  readonly #listing: Listing;
  readonly #living: LivingListing | null;
  readonly #batches: Batches | null;
  readonly #uploads: SecureUploads;

  constructor(listing: Listing, seed: number) {
    this.#listing = listing;
    this.#living = listing instanceof LivingListing ? listing : null;
    this.#batches = this.#living === null ? null : new Batches(this.#living, seed);
    this.#uploads = new SecureUploads(seed);
  }

  /** Answers an authorized request. Reads answer before the first `await`, so at one moment. */
  async answer(request: IncomingMessage, url: URL): Promise<Answer> {
    if (url.pathname === LIST_PATH) return this.#collection(request, url);
    if (url.pathname === UPLOAD_PATH || url.pathname.startsWith(`${UPLOAD_PATH}/`)) {
      return this.#living === null ? notAllowed('GET') : this.#uploads.answer(request, url);
    }
    const [first, second, ...rest] = url.pathname.startsWith(`${LIST_PATH}/`)
      ? url.pathname.slice(LIST_PATH.length + 1).split('/')
      : [];
    if (first === undefined || first === '' || rest.length > 0) return refusal(404, 'Not found');
    if (first === 'batch') return this.#batch(request, second);
    return second === undefined ? this.#single(request, first) : refusal(404, 'Not found');
  }

  async #collection(request: IncomingMessage, url: URL): Promise<Answer> {
    if (request.method === 'GET') {
      const query = readPageQuery(url.searchParams);
      if ('status' in query) return query;
      this.#listing.beforeListAnswer();
      return listAnswer(this.#listing, query);
    }
    if (request.method !== 'POST' || this.#living === null)
      return notAllowed(this.#living === null ? 'GET' : 'GET, POST');
    return createDetection(request, this.#living, this.#uploads);
  }

  #single(request: IncomingMessage, uuid: string): Answer {
    if (request.method === 'GET') {
      this.#listing.beforeOtherAnswer();
      const item = this.#listing.find(uuid);
      return item === null ? refusal(404, 'Detect not found') : itemAnswer(200, item);
    }
    if (request.method !== 'DELETE' || this.#living === null)
      return notAllowed(this.#living === null ? 'GET' : 'GET, DELETE');
    return this.#living.delete(uuid) ? jsonAnswer(200, { success: true }) : refusal(404, 'Detect not found');
  }

  async #batch(request: IncomingMessage, uuid: string | undefined): Promise<Answer> {
    if (this.#batches === null) return refusal(404, 'Not found');
    if (uuid === undefined) return request.method === 'POST' ? this.#batches.create(request) : notAllowed('POST');
    if (request.method !== 'GET') return notAllowed('GET');
    this.#listing.beforeOtherAnswer();
    return this.#batches.find(uuid);
  }
}
