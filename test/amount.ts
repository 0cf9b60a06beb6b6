/**
 * How many random cases or how large an input: `npm test` takes enough to notice a fault that was just made, the soak
 * takes all. vitest.soak.config.ts runs each file that asks here again, with the second number.
 */
export function amount(of: { readonly test: number; readonly soak: number }): number {
  return process.env['AMOUNT'] === 'soak' ? of.soak : of.test;
}
