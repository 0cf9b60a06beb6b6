import { EXPORT_OPTIONS } from './export.ts';
import type { Options } from './option.ts';
import { CHECK_OPTIONS, EXPLAIN_OPTIONS, RUN_OPTIONS, SANDBOX_OPTIONS, VERIFY_OPTIONS } from './small-commands.ts';

/** Every command's options; options/option.ts defines an option. */
export { type Option, type Options, type ValueOf, type Values, variableOf } from './option.ts';
export * from './small-commands.ts';
export { EXPORT_OPTIONS };

/** Every key that a configuration file may have: the options of all commands that read one. */
export function configFileOptions(): Options {
  return {
    ...CHECK_OPTIONS,
    ...RUN_OPTIONS,
    ...SANDBOX_OPTIONS,
    ...VERIFY_OPTIONS,
    ...EXPLAIN_OPTIONS,
    ...EXPORT_OPTIONS,
  };
}
