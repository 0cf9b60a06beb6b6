import type { OptionType } from '../option-types.ts';

/**
 * One option, described once: the flag `--name`, the variable `DETECT_REPORT_NAME`, the key `name` of
 * detect-report.yaml, the line in `--help` and the row in the docs all derive from it.
 */
export interface Option<T> {
  readonly type: OptionType<T>;
  /** Its value if it is not given; null if something else decides then, described in `otherwise`. */
  readonly initial: T | null;
  readonly otherwise?: string;
  readonly description: string;
  readonly group: 'Source' | 'Period' | 'Output' | 'Reading' | 'Sandbox' | 'Jobs' | 'Messages';
  /** True if the value is a file or folder: in a configuration file it is relative to that file. */
  readonly path?: true;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** The type of an option's resolved value: null if it has no initial value and is not given. */
export type ValueOf<O> = O extends { type: OptionType<infer T>; initial: infer I }
  ? T | (I extends null ? null : never)
  : never;

/** The values of a command's options, by name. */
export type Values<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> };

/** `page-size` is `DETECT_REPORT_PAGE_SIZE` in the environment. */
export function variableOf(option: string): string {
  return `DETECT_REPORT_${option.toUpperCase().replaceAll('-', '_')}`;
}
