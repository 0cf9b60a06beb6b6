import { ConfigError } from '../../core/errors.ts';

/** Faults of the connection: the client cannot read an answer. */
export const CONNECTION_FAULTS = {
  refuse: 'the connection is reset, and for 300 ms no new one is accepted',
  'reset-before': 'the connection is reset before any byte of the answer',
  'close-before': 'the connection is closed before any byte of the answer',
  'reset-in-body': 'the connection is reset in the middle of the body',
  'close-in-body': 'the connection is closed in the middle of a body that promised more bytes',
  'header-stall': 'no byte of the answer ever comes',
  'body-stall': 'the body stops in the middle and never goes on',
} as const;

/** Faults of the body: a well-formed HTTP answer of status 200 (or a redirect) that is not a page. */
export const BODY_FAULTS = {
  'truncated-body': 'half of the JSON, correctly framed',
  'truncated-gzip': 'half of the compressed bytes, correctly framed',
  'corrupt-gzip': 'compressed bytes with one of them changed',
  'gzip-bomb': 'a page of 1 GB of spaces in 1 MB of compressed bytes',
  html200: 'a maintenance page in HTML with status 200',
  'wrong-type': 'the right page under content-type text/plain',
  'empty-body': 'no body at all',
  'no-items': 'JSON without items',
  'success-false': 'JSON that says success: false, with status 200',
  'invalid-utf8': 'the right page with a byte that is not UTF-8',
  redirect: 'a 302 to another path of this server',
} as const;

const FAULTS = { ...CONNECTION_FAULTS, ...BODY_FAULTS };

export type ConnectionFault = keyof typeof CONNECTION_FAULTS;
export type BodyFault = keyof typeof BODY_FAULTS;

/** The form of `Retry-After`: seconds from now as a number or as an HTTP date, a date long past, or nonsense. */
export type RetryAfter =
  | { readonly form: 'seconds' | 'date'; readonly seconds: number }
  | { readonly form: 'past' | 'garbage' | 'huge' };

export type Fault =
  | { readonly kind: ConnectionFault }
  | { readonly kind: BodyFault }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: RetryAfter | null };

/** Which list requests hit the fault: the k-th of all, those for a page number, for the middle or the end. */
type FaultPlace = { readonly request: number } | { readonly page: number } | { readonly of: 'middle' | 'last' };

export interface FaultRule {
  readonly fault: Fault;
  readonly at: FaultPlace;
  /** How many requests there hit it: the k-th and the next ones, else the first ones. */
  readonly times: number;
}

export function isConnectionFault(kind: string): kind is ConnectionFault {
  return Object.hasOwn(CONNECTION_FAULTS, kind);
}

/** For people: the syntax of a list of faults. */
export const FAULT_GRAMMAR = [
  'FAULT[@PLACE][xTIMES], separated by commas: 429@3,truncated-gzip@5x2,500@last',
  'PLACE: 3 (the third request for the list; the default is 1), p7 (page 7), middle, last (the page that holds it)',
  'FAULT: a status from 400 to 599, with -seconds[=N], -date[=N], -past, -garbage or -huge for its Retry-After; or',
  ...Object.entries(FAULTS).map(([name, what]) => `  ${name}: ${what}`),
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
  if (Object.hasOwn(FAULTS, name)) return { kind: name as keyof typeof FAULTS };
  const match = STATUS.exec(name);
  if (match === null) return null;
  const [, status, timed, seconds, other] = match;
  let retryAfter: RetryAfter | null = null;
  if (timed === 'seconds' || timed === 'date') retryAfter = { form: timed, seconds: Number(seconds ?? 1) };
  if (other === 'past' || other === 'garbage' || other === 'huge') retryAfter = { form: other };
  return { kind: 'status', status: Number(status), retryAfter };
}

function unknownFault(text: string): ConfigError {
  return new ConfigError(`Unknown fault "${text}".`, {
    remedy: `Write for example 429-seconds@3,truncated-gzip@5x2,500@last; known are a status from 400 to 599, ${Object.keys(FAULTS).join(', ')}.`,
  });
}

interface ListRequest {
  /** Counted from 1 since the server started, retries included. */
  readonly number: number;
  /** Null if page or size was refused. */
  readonly page: number | null;
  /** Indexes of the list in the page, `[first, behind)`, cut at the end of the list. */
  readonly first: number;
  readonly behind: number;
  readonly total: number;
}

/** Decides by counting which request hits which fault; if several rules match, the first one applies. */
export function faultPlan(rules: readonly FaultRule[]): (request: ListRequest) => Fault | null {
  const met = new Map<FaultRule, number>();
  return (request) => {
    const rule = rules.find((one) => (met.get(one) ?? 0) < one.times && isAt(one, request));
    if (rule === undefined) return null;
    met.set(rule, (met.get(rule) ?? 0) + 1);
    return rule.fault;
  };
}

function isAt({ at, times }: FaultRule, request: ListRequest): boolean {
  if ('request' in at) return request.number >= at.request && request.number < at.request + times;
  if ('page' in at) return request.page === at.page;
  const { first, behind, total } = request;
  const index = at.of === 'last' ? total - 1 : Math.floor(total / 2);
  return first <= index && index < behind;
}
