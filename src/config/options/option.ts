import { integer, oneOf, type OptionType, text, toggle } from '../option-types.ts';

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

type Group = Option<unknown>['group'];
type Described<T, I extends T | null> = Option<T> & { readonly initial: I };

/** An option with an initial value. */
export function preset<T>(
  group: Group,
  type: OptionType<T>,
  initial: NoInfer<T>,
  description: string,
): Described<T, T> {
  return { type, initial, description, group };
}

/** An option without an initial value; `otherwise` says what decides if it is not given. */
export function optional<T>(
  group: Group,
  type: OptionType<T>,
  otherwise: string,
  description: string,
): Described<T, null> {
  return { type, initial: null, otherwise, description, group };
}

/** A switch that is off until it is given. */
export function toggled(group: Group, description: string): Described<boolean, boolean> {
  return preset(group, toggle(), false, description);
}

type Place = 'a file' | 'a job file' | 'a folder';

/** An option whose value is the path of a file or folder. */
export function presetPath(group: Group, noun: Place, initial: string, description: string) {
  return { ...preset(group, pathType(noun), initial, description), path: true } as const;
}

export function optionalPath(group: Group, noun: Place, otherwise: string, description: string) {
  return { ...optional(group, pathType(noun), otherwise, description), path: true } as const;
}

function pathType(noun: Place): OptionType<string> {
  return text(noun === 'a folder' ? 'DIR' : 'FILE', noun);
}

export const GENERATED = {
  detections: preset(
    'Sandbox',
    integer(0, 10_000_000),
    1200,
    'Number of detections that the sandbox generates, over all months',
  ),
  seed: preset(
    'Sandbox',
    integer(0, Number.MAX_SAFE_INTEGER),
    1,
    'Seed of the generated detections: the same seed gives the same detections',
  ),
  months: preset(
    'Sandbox',
    integer(1, 600),
    2,
    'Number of full months that the sandbox covers; part of the next month follows',
  ),
} satisfies Options;

export const MESSAGES = {
  quiet: toggled('Messages', 'Show only the result, warnings and errors'),
  verbose: toggled('Messages', 'Show the evidence for completeness in words'),
  'log-format': preset(
    'Messages',
    oneOf('log format', ['text', 'json']),
    'text',
    'Format of progress, warnings and errors on stderr',
  ),
  debug: toggled('Messages', 'Show the stack trace and the cause of an error'),
} satisfies Options;

export const API_KEY_FILE = optional(
  'Source',
  text('FILE', 'a file'),
  'RESEMBLE_API_KEY, then RESEMBLE_API_TOKEN',
  'File that holds the API key',
);

export const OUT = preset('Output', text('DIR', 'a folder'), 'output', 'Folder to write the run folder to');

export const JSON_RESULT = toggled('Output', 'Print the result as JSON');

const WHAT_PREVIOUS = 'Folder of the previous run; the manifest records the SHA-256 of its manifest';
export const PREVIOUS = {
  ...optionalPath('Output', 'a folder', '', WHAT_PREVIOUS),
  type: text('RUN_DIR', 'a folder'),
};
