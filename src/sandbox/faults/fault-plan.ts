import type { Fault, FaultPlace, FaultRule } from './faults.ts';

/** The part of a list request that faults depend on. */
export interface ListRequest {
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
