import { hostname, networkInterfaces } from 'node:os';

/**
 * The name for greeting a mail server (RFC 5321 section 4.1.1.1): this machine's full name if it has one, else its
 * address in brackets. Many relays refuse the address of loopback, which is the mail client's default.
 */
export function greetingName(): string {
  const name = hostname();
  if (/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z][A-Za-z0-9-]*$/.test(name) && !/^localhost\./i.test(name))
    return name;
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outside = found.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  const best = outside.find(({ family }) => family === 'IPv4') ?? outside[0];
  if (best === undefined) return '[127.0.0.1]';
  return best.family === 'IPv4' ? `[${best.address}]` : `[IPv6:${best.address}]`;
}
