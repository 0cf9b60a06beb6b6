import { type ErrorPlace, NoSuchPageError, SourceError } from '../../../core/errors.ts';
import type { Secret } from '../../../core/secret.ts';
import { statusText } from '../../../platform/http/status-text.ts';
import { showable } from './vendor-message.ts';

/** Statuses an API may give for a page after the last one; the documentation does not say. */
const NO_SUCH_PAGE: ReadonlySet<number> = new Set([400, 404, 416, 422]);

interface Refusal {
  readonly what: string;
  readonly remedy: string;
}

const PROXY_REMEDY = 'Check HTTPS_PROXY (user, password, allowed hosts), or name the API host in NO_PROXY.';

/** The API refused, and will refuse again. `said` is the vendor's message, already safe to show. */
export function refused(
  status: number,
  said: string | null,
  key: Secret,
  host: string,
  place: ErrorPlace,
): SourceError {
  const { what, remedy } = explain(status, key, host);
  const quote = said === null ? '' : `: "${said}"`;
  const Kind = NO_SUCH_PAGE.has(status) && (place.page ?? 1) > 1 ? NoSuchPageError : SourceError;
  return new Kind(`${what} (${statusText(status)}${quote}).`, { place: { ...place, status }, remedy });
}

function explain(status: number, key: Secret, host: string): Refusal {
  switch (status) {
    case 400:
      return {
        what: 'The API does not accept the request',
        remedy: "Check --page-size (10 to 1000) and --base-url; the vendor's message says what it objects to.",
      };
    case 401:
      return {
        what: `The API does not accept the key ${key.hint()}`,
        remedy: 'Put a current key from https://app.resemble.ai/account/api into RESEMBLE_API_KEY or --api-key-file.',
      };
    case 402:
      return {
        what: "The account's balance is empty",
        remedy: 'Add credits to the account at https://app.resemble.ai, then run the same command again.',
      };
    case 403:
      return {
        what: `The key ${key.hint()} may not read the detections`,
        remedy: "Use a key of a team with access to deepfake detection, or ask the team's owner for access.",
      };
    case 404:
      return {
        what: `There is no list of detections at ${host}`,
        remedy: 'Check --base-url: the list is expected at BASE-URL/api/v2/detect.',
      };
    case 407:
      return { what: 'The proxy asks for other credentials', remedy: PROXY_REMEDY };
    default:
      return {
        what: `${host} refuses the request`,
        remedy: 'Repeating it would not help: check --base-url, and whether this version still fits the API.',
      };
  }
}

/** A redirect, which is never followed: the key would be sent with it. `location` is its header, if any. */
export function redirected(
  status: number,
  location: string | undefined,
  endpoint: URL,
  key: Secret,
  place: ErrorPlace,
): SourceError {
  const where = location === undefined ? '' : hostOf(location, endpoint, key);
  return new SourceError(`${endpoint.host} redirects${where} (${statusText(status)}); the key was not sent there.`, {
    place: { ...place, status },
    remedy: 'Set --base-url to the address of the API itself; redirects are never followed.',
  });
}

/** ` to HOST`: never the path or query, which may hold tokens; empty if even the host contains the key. */
function hostOf(location: string, endpoint: URL, key: Secret): string {
  if (!URL.canParse(location, endpoint.href)) return '';
  const { host } = new URL(location, endpoint);
  return lettersOf(host).includes(lettersOf(key.reveal())) ? '' : ` to ${showable(host, key)}`;
}

/** A host name is lower case and allows few signs: only this much of a key would survive in it. */
function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** The proxy answered `CONNECT` with a refusal. */
export function proxyRefused(status: number, place: ErrorPlace): SourceError {
  return new SourceError(`The proxy refuses the connection (${statusText(status)}).`, {
    place: { ...place, status },
    remedy: PROXY_REMEDY,
  });
}
