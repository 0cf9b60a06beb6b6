/**
 * Checks an `Authorization` header: `Bearer <key>`, or `Token token=<key>` as the vendor's Node client also sends. If
 * no key is expected, any key that is not empty is accepted.
 */
export function isAuthorized(header: string | undefined, expected: string | null): boolean {
  const match = /^(?:Bearer\s+|Token\s+token=)(?:"([^"]+)"|(\S+))\s*$/i.exec(header ?? '');
  const key = match?.[1] ?? match?.[2];
  return key !== undefined && (expected === null || key === expected);
}
