import type { Fault, FaultPlace, FaultRule } from './faults.ts';

/** A request for the list, as far as faults look at it. */
export interface ListRequest {
  /** Counted from 1 over the server's life, retries included. */
  readonly number: number;
  /** Null where page or size were refused. */
  readonly page: number | null;
  /** Indexes of the list that the page covers, `[first, behind)`, cut at its end. */
  readonly first: number;
  readonly behind: number;
  readonly total: number;
}

/** Decides by counting which request meets which fault; where several rules match, the one that stands first. */
export class FaultPlan {
  readonly #rules: readonly FaultRule[];
  readonly #met: number[];

  constructor(rules: readonly FaultRule[]) {
    this.#rules = rules;
    this.#met = rules.map(() => 0);
  }

  faultFor(request: ListRequest): Fault | null {
    for (const [index, rule] of this.#rules.entries()) {
      const met = this.#met[index] ?? 0;
      if (met >= rule.times || !isAt(rule, request)) continue;
      this.#met[index] = met + 1;
      return rule.fault;
    }
    return null;
  }
}

function isAt({ at, times }: FaultRule, request: ListRequest): boolean {
  if ('request' in at) return request.number >= at.request && request.number < at.request + times;
  if ('page' in at) return request.page === at.page;
  return request.first < request.behind && holds(at, request);
}

function holds(at: Extract<FaultPlace, { readonly of: unknown }>, { first, behind, total }: ListRequest): boolean {
  if (at.of === 'last') return behind === total;
  const middle = Math.floor(total / 2);
  return first <= middle && middle < behind;
}
