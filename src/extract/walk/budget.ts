/** Requests, as a multiple of the planned ones, after which a walk gives up the chain; the rest is for reading again. */
const CHAIN_FACTOR = 3;
/** The same for all requests of a walk. */
const WHOLE_FACTOR = 4;
/** A short list may cost as many requests as one of so many planned windows. */
const MIN_PLANNED = 4;

/** Requests that may go into the chain of a walk of so many planned windows. */
export function chainBudget(planned: number): number {
  return budget(CHAIN_FACTOR, planned);
}

/** Requests that a walk of so many planned windows may cost. */
export function wholeBudget(planned: number): number {
  return budget(WHOLE_FACTOR, planned);
}

function budget(factor: number, planned: number): number {
  // The first look and the whole first page come on top of the plan.
  return factor * Math.max(MIN_PLANNED, planned + 2);
}
