import { ConfigError, DetectReportError, type ErrorPlace, TryLaterError } from '../config/command-line.ts';
import type { Terminal } from './terminal.ts';

/** A failure for people: what failed and where, then what to do. */
export function failureLines(error: unknown, debug: boolean): string[] {
  const lines = [`error: ${message(error)}`];
  const remedy = remedyOf(error);
  if (remedy !== null) lines.push(`  try: ${remedy}`);
  return debug ? [...lines, ...details(error)] : lines;
}

export function failureFields(error: unknown, exitCode: number): Record<string, unknown> {
  const isOurs = error instanceof DetectReportError;
  return {
    level: 'error',
    message: message(error),
    ...(isOurs ? { kind: error.kind, place: error.place } : { kind: 'internal' }),
    ...(error instanceof TryLaterError ? { retryAt: retryAt(error) } : {}),
    remedy: remedyOf(error),
    exitCode,
    stack: details(error),
  };
}

/** What a file was read to; of several problems in it, prints all but the last, which it throws. */
export async function everyProblem<T>(terminal: Terminal, reading: Promise<T>): Promise<T> {
  return await reading.catch((error: unknown) => {
    const all: readonly unknown[] =
      error instanceof ConfigError && error.cause instanceof AggregateError ? error.cause.errors : [error];
    for (const problem of all.slice(0, -1)) if (problem instanceof Error) terminal.note(`error: ${problem.message}`);
    throw all.at(-1);
  });
}

function message(error: unknown): string {
  if (!(error instanceof Error)) return 'A value that is not an Error was thrown.';
  if (!(error instanceof DetectReportError)) return `Unexpected failure: ${error.message}`;
  const where = placeText(error.place, error.message);
  return where === '' ? error.message : `${error.message} (${where})`;
}

function remedyOf(error: unknown): string | null {
  if (!(error instanceof DetectReportError)) {
    return 'Run it again with --debug and report what it shows: this is a defect of detect-report.';
  }
  const time = error instanceof TryLaterError ? retryAt(error) : null;
  const when = time === null || error.remedy?.includes(time) === true ? '' : `Not before ${time}.`;
  return [error.remedy ?? '', when].filter((part) => part !== '').join(' ') || null;
}

function retryAt(error: TryLaterError): string | null {
  return error.retryAtMs === null ? null : new Date(error.retryAtMs).toISOString();
}

/** The fields of a place that the message does not already have. */
function placeText(place: ErrorPlace, told: string): string {
  const parts = [
    place.page === undefined ? '' : `page ${place.page}`,
    place.attempt === undefined ? '' : `attempt ${place.attempt}`,
    place.status === undefined ? '' : `HTTP ${place.status}`,
    place.url ?? '',
    place.file ?? '',
    place.entry ?? '',
  ];
  return parts.filter((part) => part !== '' && !told.includes(part)).join(', ');
}

const MOST_CAUSES = 8;

/** Stacks, from the failure down to its first cause. Ends even if the chain is circular. */
function details(error: unknown): string[] {
  const lines: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < MOST_CAUSES && current instanceof Error; depth++) {
    const stack = current.stack ?? `${current.name}: ${current.message}`;
    lines.push(...(depth === 0 ? stack : `caused by ${stack}`).split('\n'));
    current = current.cause;
  }
  return lines;
}
