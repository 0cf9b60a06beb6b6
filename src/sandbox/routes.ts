import { type Answer, itemAnswer, refusal } from './answer.ts';
import { listAnswer, readPageQuery } from './list-answer.ts';
import type { Listing } from './listing.ts';

export const LIST_PATH = '/api/v2/detect';

/** Answers an authorized request of the documented endpoints. */
export function route(method: string, url: URL, listing: Listing): Answer {
  if (url.pathname === LIST_PATH) return method === 'GET' ? list(url, listing) : notAllowed('GET');
  const uuid = url.pathname.startsWith(`${LIST_PATH}/`) ? url.pathname.slice(LIST_PATH.length + 1) : '';
  if (uuid === '' || uuid.includes('/')) return refusal(404, 'Not found');
  return method === 'GET' ? single(uuid, listing) : notAllowed('GET');
}

function list(url: URL, listing: Listing): Answer {
  const query = readPageQuery(url.searchParams);
  return 'status' in query ? query : listAnswer(listing, query);
}

function single(uuid: string, listing: Listing): Answer {
  const item = listing.find(uuid);
  return item === null ? refusal(404, 'Detect not found') : itemAnswer(200, item);
}

function notAllowed(allowed: string): Answer {
  return refusal(405, 'Method not allowed', { allow: allowed });
}
