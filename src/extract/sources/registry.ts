import { createApiSource } from './api/source.ts';

/** Every implementation of `Source`, by kind. A new one is a folder next to `api/` and a line here. */
export const SOURCES = Object.freeze({
  api: { description: 'the list of detections over HTTP', create: createApiSource },
});

/** One request that finds out whether the API accepts the key. */
export { type ApiProbe, probeApi } from './api/probe.ts';
