/**
 * What a command line needs before it runs anything: the options to declare, and texts for its messages. Kept light:
 * `--help`, `--version` and a mistyped word load only this.
 */
export * from '../core/errors.ts';
export { Secret } from '../core/secret.ts';
export { terminalSafe } from '../core/text.ts';
export { defaultOf } from './options/index.ts';
export { knownKeys } from './api-access.ts';
export * from './options/index.ts';
export { suggest } from '../core/text.ts';
