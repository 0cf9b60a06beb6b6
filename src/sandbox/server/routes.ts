import type { IncomingMessage } from 'node:http';
import { type Answer, itemAnswer, jsonAnswer, listAnswer, notAllowed, readPageQuery, refusal } from './answer.ts';
import { batchesOf, createDetection, secureUploads, UPLOAD_PATH } from './uploads.ts';
import type { Listing } from '../list/listing.ts';
import { LivingListing } from '../list/living-listing.ts';

export const LIST_PATH = '/api/v2/detect';

/**
 * The documented endpoints over one list: answers an authorized request. A list of page files is read-only: no create, no
 * delete. Reads answer before the first `await`, so at one moment.
 */
export function routesOver(listing: Listing, seed: number): (request: IncomingMessage, url: URL) => Promise<Answer> {
  const living = listing instanceof LivingListing ? listing : null;
  const batches = living === null ? null : batchesOf(living, seed);
  const uploads = secureUploads(seed);

  const collection = async (request: IncomingMessage, url: URL): Promise<Answer> => {
    if (request.method === 'GET') {
      const query = readPageQuery(url.searchParams);
      if ('status' in query) return query;
      listing.beforeListAnswer();
      return listAnswer(listing, query);
    }
    if (request.method !== 'POST' || living === null) return notAllowed(living === null ? 'GET' : 'GET, POST');
    return createDetection(request, living, (token) => uploads.fileOf(token));
  };

  const single = (request: IncomingMessage, uuid: string): Answer => {
    if (request.method === 'GET') {
      listing.beforeOtherAnswer();
      const item = listing.find(uuid);
      return item === null ? refusal(404, 'Detect not found') : itemAnswer(200, item);
    }
    if (request.method !== 'DELETE' || living === null) return notAllowed(living === null ? 'GET' : 'GET, DELETE');
    return living.delete(uuid) ? jsonAnswer(200, { success: true }) : refusal(404, 'Detect not found');
  };

  const batch = async (request: IncomingMessage, uuid: string | undefined): Promise<Answer> => {
    if (batches === null) return refusal(404, 'Not found');
    if (uuid === undefined) return request.method === 'POST' ? batches.create(request) : notAllowed('POST');
    if (request.method !== 'GET') return notAllowed('GET');
    listing.beforeOtherAnswer();
    return batches.find(uuid);
  };

  return async (request, url) => {
    if (url.pathname === LIST_PATH) return collection(request, url);
    if (url.pathname === UPLOAD_PATH || url.pathname.startsWith(`${UPLOAD_PATH}/`)) {
      return living === null ? notAllowed('GET') : uploads.answer(request, url);
    }
    const [first, second, ...rest] = url.pathname.startsWith(`${LIST_PATH}/`)
      ? url.pathname.slice(LIST_PATH.length + 1).split('/')
      : [];
    if (first === undefined || first === '' || rest.length > 0) return refusal(404, 'Not found');
    if (first === 'batch') return batch(request, second);
    return second === undefined ? single(request, first) : refusal(404, 'Not found');
  };
}
