import { ConfigError } from '../../core/errors.ts';
import {
  BODY_FAULTS,
  CONNECTION_FAULTS,
  type Fault,
  type FaultPlace,
  type FaultRule,
  isBodyFault,
  isConnectionFault,
  type RetryAfter,
} from './faults.ts';

/** For people: the syntax of a list of faults. */
export const FAULT_GRAMMAR = [
  'FAULT[@PLACE][xTIMES], separated by commas: 429@3,truncated-gzip@5x2,500@last',
  'PLACE: 3 (the third request for the list; the default is 1), p7 (page 7), middle, last (the page that holds it)',
  'FAULT: a status from 400 to 599, with -seconds[=N], -date[=N], -past, -garbage or -huge for its Retry-After; or',
  ...Object.entries({ ...CONNECTION_FAULTS, ...BODY_FAULTS }).map(([name, what]) => `  ${name}: ${what}`),
].join('\n');

// The name matches as few characters as possible, so that the x of 500x2 begins the count.
const RULE = /^([a-z0-9-]+?(?:=\d{1,6})?)(?:@(p?)(\d{1,9})|@(middle|last))?(?:x(\d{1,6}))?$/;
const STATUS = /^([45]\d\d)(?:-(?:(seconds|date)(?:=(\d+))?|(past|garbage|huge)))?$/;

/** Reads a list of faults such as `429-date@3,truncated-gzip@5x2,500@last`. Throws `ConfigError`. */
export function parseFaults(text: string): FaultRule[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseRule);
}

function parseRule(text: string): FaultRule {
  const match = RULE.exec(text);
  const fault = match === null ? null : parseFault(match[1] ?? '');
  const times = Number(match?.[5] ?? 1);
  if (match === null || fault === null || times < 1 || match[3] === '0') throw unknownFault(text);
  return { fault, at: placeOf(match), times };
}

function placeOf(match: RegExpExecArray): FaultPlace {
  const of = match[4];
  if (of === 'middle' || of === 'last') return { of };
  const number = Number(match[3] ?? 1);
  return match[2] === 'p' ? { page: number } : { request: number };
}

function parseFault(name: string): Fault | null {
  if (isConnectionFault(name) || isBodyFault(name)) return { kind: name };
  const match = STATUS.exec(name);
  if (match === null) return null;
  return { kind: 'status', status: Number(match[1]), retryAfter: retryAfterOf(match) };
}

function retryAfterOf(match: RegExpExecArray): RetryAfter | null {
  const [, , timed, seconds, other] = match;
  if (timed === 'seconds' || timed === 'date') return { form: timed, seconds: Number(seconds ?? 1) };
  if (other === 'past' || other === 'garbage' || other === 'huge') return { form: other };
  return null;
}

function unknownFault(text: string): ConfigError {
  return new ConfigError(`Unknown fault "${text}".`, {
    remedy: `Write for example 429-seconds@3,truncated-gzip@5x2,500@last; known are a status from 400 to 599, ${Object.keys(
      {
        ...CONNECTION_FAULTS,
        ...BODY_FAULTS,
      },
    ).join(', ')}.`,
  });
}
