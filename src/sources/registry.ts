import { createApiSource } from './api/api-source.ts';

/** Every implementation of `Source`, by kind. A new one is a folder beside `api/` and a line here. */
export const SOURCES = Object.freeze({
  api: { description: 'the list of detections over HTTP', create: createApiSource },
});
