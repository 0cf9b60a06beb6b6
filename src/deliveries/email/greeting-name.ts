import { hostname, networkInterfaces } from 'node:os';

/**
 * How this machine greets a mail server (RFC 5321 section 4.1.1.1): its own name where that is a full one, otherwise its
 * address in brackets. Many relays refuse the address of loopback, which the mail client would say.
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
