import { createApiSource } from './api/api-source.ts';

/** Every implementation of `Source`, by kind. A new one is a folder beside `api/` and a line here. */
export const SOURCES = Object.freeze({
  api: { description: 'the list of detections over HTTP', create: createApiSource },
});

/** Whether the API can be reached with a key, found out by one request; see the function. */
export { type ApiProbe, probeApi } from './api/probe.ts';
