/**
 * The contracts of sources, sinks and destinations as checks, for one's own: each is called in any test framework, and
 * rejects with an error that says what is wrong.
 */

export { checkDestination } from './check-destination.ts';
export { checkSink, type CheckedSink } from './check-sink.ts';
export { checkSource } from './check-source.ts';
export { ContractError } from './material.ts';
