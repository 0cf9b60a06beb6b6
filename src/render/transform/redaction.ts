import type { Detection, MetricNode, ModalityResult } from '../../core/detection.ts';
import { PLAIN_FIELDS, type PlainValues } from '../../core/fields.ts';
import { endOfString, endOfValue } from '../../core/json.ts';
import { privateFrom, WITHHELD, withoutPrivate } from '../../core/text.ts';

export { WITHHELD } from '../../core/text.ts';

/** Labels, types and reasons of the API are far shorter; a longer text is generated, or a file in base64. */
export const LONGEST_PUBLIC_TEXT = 100;

/**
 * The last word of a key whose value is always private: where media is, what it shows, and what was written about it.
 * `heatmapUrl`, `audio_url` and `metrics.image` end in such words.
 */
const PRIVATE_WORDS =
  'urls?|uris?|hrefs?|links?|images?|heatmaps?|thumbnails?|photos?|faces?|descriptions?|intelligence|transcripts?|transcriptions?|translations?|captions?|summary|summaries|titles?|reason|reasons|reasoning|prompts?|persons?|people|tokens|cookies?|addresses';
/** The same for a key whose value reaches a person or opens a service: here a number is private, too. */
const SECRET_WORDS =
  '(?:api|access|secret|private|signing|encryption|account|subscription|shared|auth)_?keys?(?:_?id)?|tokens?_?id|token|passw(?:or)?ds?|passphrases?|pwd|secrets?|signatures?|sig|credentials?|authori[sz]ation|auth|bearer|jwt|otp|pin|session(?:_?(?:id|key))?|key_pair_id|' +
  'users?|owners?|customers?|contacts?|authors?|uploaders?|creators?|submitters?|logins?|user_?(?:name|id)s?|' +
  '(?:first|last|full|family|given|middle|maiden|sur|nick|display|real|legal|customer|client|contact|owner|author|person|speaker|caller|employee|account|sender|recipient)_?names?|' +
  '(?:e_?mails?|phones?|telephones?|tel|mobile|msisdn|fax|whatsapp|ip)(?:_?numbers?)?|addr|address|ssn|iban|dob|birthday|birth_?date|date_of_birth';
const PRIVATE_KEY = new RegExp(`(?:^|_)(?:${PRIVATE_WORDS})(?:_?\\d{1,3})?$`);
const SECRET_KEY = new RegExp(`(?:^|_)(?:${SECRET_WORDS})(?:_?\\d{1,3})?$`);
/** A key that is a telephone number in a national format: `(030) 123456`, `0170 1234567`. */
const LOCAL_NUMBER = /^\(?0[1-9]\d{1,4}(?:\)\s?|[\s/-])[\d\s/-]{5,14}$/;

const QUOTE = 0x22;
const COLON = 0x3a;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** How many levels of JSON in a text in JSON are searched. */
const DEEPEST_TEXT = 3;
/** There are a few dozen keys, labels and types; those of one list are cached. */
const MOST_REMEMBERED = 2_000;
/** Shorter values of private columns look like ordinary words. */
const SHORTEST_ADDRESS = 8;
const SHORTEST_SENTENCE = 20;

type ValueKind = 'public' | 'private' | 'secret';
interface KeyFacts {
  readonly isPrivate: boolean;
  readonly value: ValueKind;
}

/**
 * The view of a detection in a run without private columns. Addresses, inline files, secrets and generated text also
 * occur in the uploader's texts and keys, which leaving out columns does not reach. Each becomes `(withheld: private)`
 * before anything counts, lists or writes it.
 */
export class Redaction {
  readonly #withNodes: boolean;
  readonly #texts = new Map<string, string>();
  readonly #keys = new Map<string, KeyFacts>();

  /** `withNodes` is false if no one reads the metric nodes. */
  constructor(withNodes = true) {
    this.#withNodes = withNodes;
  }

  /** The detection as it may be shown; `withheld` names the cells that lack something. */
  shown(detection: Detection): Detection {
    const withheld: string[] = [];
    const echoes = echoesOf(detection);
    const note = (place: string, before: string | null, after: string | null): string | null => {
      if (after !== before) withheld.push(place);
      return after;
    };
    const text = (column: string, value: string | null): string | null =>
      value === null ? null : note(`detections.${column}`, value, this.#text(value, echoes));
    const json = (column: string, value: string | null): string | null =>
      note(`detections.${column}`, value, this.#json(value, echoes, 0));
    const unread = (value: string | null): string | null => (value === null ? null : this.#text(value, echoes));
    const result = (column: string, value: ModalityResult | null): ModalityResult | null => {
      const label = value === null ? null : text(column, value.label);
      return value === null || label === value.label ? value : { ...value, label };
    };
    const plain: Record<string, string | null> = {};
    for (const { column, name, type, private: isPrivate } of PLAIN_FIELDS) {
      const value = detection[name];
      if (isPrivate || typeof value !== 'string') continue;
      plain[name] = type === 'json' ? json(column, value) : text(column, value);
    }
    const texts = {
      uuid: this.#uuid(detection, echoes, note),
      unknownStatus: text('status', detection.unknownStatus),
      audio: result('audio_label', detection.audio),
      imageType: text('image_type', detection.imageType),
      image: result('image_label', detection.image),
      video: result('video_label', detection.video),
      extra: json('extra', detection.extra),
      // Their text is in `extra`, which counts it.
      createdAtUnread: unread(detection.createdAtUnread),
      fileDeletedAtUnread: unread(detection.fileDeletedAtUnread),
    };
    const nodes = this.#withNodes ? this.#nodes(detection.nodes, echoes, note) : detection.nodes;
    const unknownKeys = this.#paths(detection.unknownKeys, note);
    return withheld.length === 0
      ? detection
      : { ...detection, ...(plain as Partial<PlainValues>), ...texts, nodes, unknownKeys, withheld };
  }

  /** The JSON text with every private key and value withheld; the rest is unchanged, to the byte. */
  json(text: string | null): string | null {
    return this.#json(text, [], 0);
  }

  /** The tables' key: only another key can replace it. */
  #uuid({ uuid, recordSha256 }: Detection, echoes: readonly string[], note: Note): string {
    if (this.#text(uuid, echoes) === uuid) return uuid;
    const instead = `sha256:${recordSha256}`;
    note('detections.uuid', uuid, instead);
    return instead;
  }

  #nodes(nodes: readonly MetricNode[], echoes: readonly string[], note: Note): readonly MetricNode[] {
    let shown: MetricNode[] | null = null;
    for (const [index, node] of nodes.entries()) {
      const type = node.type === null ? null : this.#text(node.type, echoes);
      const label = node.label === null ? null : this.#text(node.label, echoes);
      const extra = this.#json(node.extra, echoes, 0);
      if (type === node.type && label === node.label && extra === node.extra) continue;
      note('metric_nodes.type', node.type, type);
      note('metric_nodes.label', node.label, label);
      note('metric_nodes.extra', node.extra, extra);
      (shown ??= [...nodes])[index] = { ...node, type, label, extra };
    }
    return shown ?? nodes;
  }

  #paths(paths: readonly string[], note: Note): readonly string[] {
    if (paths.every((path) => !this.#key(path).isPrivate)) return paths;
    const shown = new Set<string>();
    for (const path of paths) {
      if (this.#key(path).isPrivate) note('unknown_keys', path, null);
      shown.add(this.#key(path).isPrivate ? WITHHELD : path);
    }
    return [...shown];
  }

  #text(text: string, echoes: readonly string[]): string {
    if (echoes.some((echo) => text.includes(echo))) return WITHHELD;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const cut = withoutPrivate(text);
    const shown = cut === text && this.#holdsPrivateJson(text, [], 0) ? WITHHELD : cut;
    if (this.#texts.size < MOST_REMEMBERED && text.length <= LONGEST_PUBLIC_TEXT) this.#texts.set(text, shown);
    return shown;
  }

  #json(text: string | null, echoes: readonly string[], depth: number): string | null {
    if (text === null) return null;
    const bytes = Buffer.from(text, 'utf8');
    const parts: string[] = [];
    let [copied, keys] = [0, 0];
    const replace = (start: number, end: number, by: string): void => {
      parts.push(bytes.toString('utf8', copied, start), JSON.stringify(by));
      copied = end;
    };
    for (let at = 0; at < bytes.length; ) {
      if (bytes[at] !== QUOTE) {
        at++;
        continue;
      }
      const end = endOfString(bytes, at);
      const string = stringAt(bytes, at, end);
      if (bytes[end] !== COLON) {
        if (this.#isPrivateText(string, echoes, depth)) replace(at, end, WITHHELD);
        at = end;
        continue;
      }
      const key = this.#key(string);
      // A reader keeps only one of two equal keys, so each gets its own name.
      if (key.isPrivate) replace(at, end, ++keys === 1 ? WITHHELD : `${WITHHELD} ${keys}`);
      at = end + 1;
      if (key.value === 'public') continue;
      const behind = endOfValue(bytes, at);
      if (isTelling(bytes[at], behind - at, key.value)) replace(at, behind, WITHHELD);
      at = behind;
    }
    if (copied === 0) return text;
    parts.push(bytes.toString('utf8', copied));
    return parts.join('');
  }

  #isPrivateText(text: string, echoes: readonly string[], depth: number): boolean {
    if (text.length > LONGEST_PUBLIC_TEXT || privateFrom(text) >= 0) return true;
    return echoes.some((echo) => text.includes(echo)) || this.#holdsPrivateJson(text, echoes, depth);
  }

  #holdsPrivateJson(text: string, echoes: readonly string[], depth: number): boolean {
    if (depth >= DEEPEST_TEXT || !/^\s*[[{]/.test(text)) return false;
    try {
      const inner = JSON.stringify(JSON.parse(text));
      return this.#json(inner, echoes, depth + 1) !== inner;
    } catch {
      return false;
    }
  }

  #key(key: string): KeyFacts {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const words = key
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '_');
    const facts: KeyFacts = {
      isPrivate:
        key.length > LONGEST_PUBLIC_TEXT || privateFrom(key) >= 0 || LOCAL_NUMBER.test(key.replace(/^.*\./, '')),
      value: SECRET_KEY.test(words) ? 'secret' : PRIVATE_KEY.test(words) ? 'private' : 'public',
    };
    if (this.#keys.size < MOST_REMEMBERED && key.length <= LONGEST_PUBLIC_TEXT) this.#keys.set(key, facts);
    return facts;
  }
}

type Note = (place: string, before: string | null, after: string | null) => string | null;

/** Most strings have no escapes and need no parsing. */
function stringAt(bytes: Buffer, start: number, end: number): string {
  const literal = bytes.toString('utf8', start, end);
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
}

/** True, false, null and an empty text, object or list (`""`) identify no one; a number may be a telephone number. */
function isTelling(firstByte: number | undefined, length: number, kind: ValueKind): boolean {
  if (firstByte === QUOTE || firstByte === OPEN_BRACE || firstByte === OPEN_BRACKET) return length > 2;
  const isNumber = firstByte === MINUS || (firstByte !== undefined && firstByte >= DIGIT_0 && firstByte <= DIGIT_9);
  return kind === 'secret' && isNumber && length > 3;
}

/** Values of private columns that no rule knows by their form: another text may repeat them. */
function echoesOf(detection: Detection): readonly string[] {
  const { url, audioUrl, audioHeatmap, imageHeatmap, intelligence } = detection;
  const addresses = [url, audioUrl, audioHeatmap, imageHeatmap].filter(
    (text) => text !== null && text.length >= SHORTEST_ADDRESS && !text.includes('://') && privateFrom(text) < 0,
  );
  if (intelligence === null && addresses.length === 0) return NONE;
  return [...addresses.filter((text) => text !== null), ...sentencesOf(intelligence)];
}

const NONE: readonly string[] = [];

function sentencesOf(json: string | null): readonly string[] {
  if (json === null) return NONE;
  const bytes = Buffer.from(json, 'utf8');
  const sentences: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== QUOTE) continue;
    const end = endOfString(bytes, at);
    if (end - at > SHORTEST_SENTENCE && bytes[end] !== COLON) {
      const text = stringAt(bytes, at, end);
      if (text.length >= SHORTEST_SENTENCE && /\s/.test(text)) sentences.push(text);
    }
    at = end - 1;
  }
  return sentences;
}
