import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { RandomStream, Weighted } from './random.ts';

const TRACED: Weighted<string> = [
  ['elevenlabs', 34],
  ['resemble_ai', 22],
  ['openai', 14],
  ['playht', 10],
  ['real', 8],
  ['unknown', 8],
  ['xtts', 4],
];

/** `audio_source_tracing` of audio labelled fake. */
export function drawSourceTracing(random: RandomStream): JsonObject {
  return random.chance(0.06)
    ? { label: null, error_message: 'Audio is too short to be traced' }
    : { label: random.weighted(TRACED), error_message: null };
}

type IntelligenceShape = 'none' | 'text' | 'structured' | 'experts' | 'empty' | 'null description' | 'bare text';

const INTELLIGENCE: Weighted<IntelligenceShape> = [
  ['none', 700],
  ['text', 120],
  ['structured', 120],
  ['experts', 25],
  ['empty', 20],
  ['null description', 10],
  ['bare text', 5],
];

const SUMMARIES = [
  'An adult speaks in a confident tone over office noise.',
  'Two people talk; the second voice is flat and evenly paced.',
  'A portrait with soft light. The background is out of focus.',
  'The speaker asks for a one-time code, and is "in a hurry".',
] as const;

const TRANSCRIPTIONS = [
  'Hello, this is a call about your invoice.',
  '=HYPERLINK("http://example.com","click")',
  'Guten Tag, hier ist Ihre Bank.',
  'こんにちは、お世話になっております。',
] as const;

/** `intelligence` in every known shape: object (its description a string, an object or null), array, null. */
export function drawIntelligence(detectUuid: string, createdAt: string, random: RandomStream): JsonValue {
  switch (random.weighted(INTELLIGENCE)) {
    case 'none':
      return null;
    case 'text':
      return { description: random.pick(SUMMARIES), created_at: createdAt };
    case 'structured':
      return {
        uuid: random.hex(20),
        status: 'completed',
        description: drawStructured(random),
        created_at: createdAt,
        detect_uuid: detectUuid,
      };
    case 'experts':
      return [{ expert: 'fraud', description: random.chance(0.5) ? null : random.pick(SUMMARIES) }];
    case 'empty':
      return {};
    case 'null description':
      return { description: null, created_at: createdAt };
    case 'bare text':
      return random.pick(SUMMARIES);
  }
}

function drawStructured(random: RandomStream): JsonObject {
  return {
    speaker_info: random.pick(['adult male', 'adult female', 'unclear']),
    language: random.pick(['English', 'German', 'Japanese', 'Spanish']),
    dialect: random.pick(['US', 'UK', null]),
    emotion: random.pick(['neutral', 'tense', 'cheerful']),
    transcription: random.pick(TRANSCRIPTIONS),
    translation: null,
    fraud: random.chance(0.3)
      ? { type: 'vishing', confidence: random.whole(40, 95), reasoning: 'asks for a one-time code' }
      : null,
  };
}
