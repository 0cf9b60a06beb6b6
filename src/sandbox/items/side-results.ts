import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { Medium, Submission } from './files.ts';
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

const C2PA_STATES: Weighted<'NotPresent' | 'Unavailable' | 'Valid'> = [
  ['NotPresent', 80],
  ['Unavailable', 12],
  ['Valid', 8],
];
const WATERMARK_VERDICTS: Weighted<string | null> = [
  ['not_watermarked', 80],
  ['verified', 12],
  ['degraded', 5],
  [null, 3],
];
const SIGNED = { claim_generator: 'Example Camera 3.2', signature_info: { issuer: 'Example Camera Ltd.' } };

/** What a detection says of the origin of its media, as documented: `modality`, `face_only`, C2PA and watermarks. */
export function drawProvenance(
  { medium, status }: { readonly medium: Medium; readonly status: string },
  random: RandomStream,
  asked: Submission | undefined,
): JsonObject {
  const isVideo = medium === 'video';
  const isCompleted = status === 'completed';
  if (asked !== undefined) {
    // A created detection says what its request asked for, and has no other search.
    return {
      modality: isVideo ? asked.modality : 'all',
      face_only: isVideo && asked.modality !== 'audio' && asked.faceOnly,
      ...(asked.c2pa && isCompleted ? { c2pa_manifest: drawManifest(random) } : {}),
      ...(asked.watermark && isCompleted ? { watermark: drawWatermark(medium, random) } : {}),
    };
  }
  const item: Record<string, JsonValue> = {};
  const modality = random.chance(0.9) ? 'all' : random.pick(['audio', 'video']);
  if (random.chance(0.8)) item['modality'] = isVideo ? modality : 'all';
  if (random.chance(0.8)) item['face_only'] = isVideo && modality !== 'audio' && random.chance(0.1);
  if (!isCompleted) return item;
  if (random.chance(0.25)) item['c2pa_manifest'] = drawManifest(random);
  if (random.chance(0.1)) item['watermark'] = drawWatermark(medium, random);
  return item;
}

function drawManifest(random: RandomStream): JsonObject {
  const state = random.weighted(C2PA_STATES);
  if (state === 'NotPresent') return { validation_state: state };
  if (state === 'Unavailable') return { validation_state: state, message: 'The manifest could not be read' };
  const label = `urn:c2pa:${random.hex(12)}`;
  return {
    validation_state: state,
    active_manifest: label,
    manifests: { [label]: SIGNED },
    validation_results: { activeManifest: { failure: [] } },
    message: null,
  };
}

/** A failed search does not fail the detection; of the provider's results `synthid` may be missing. */
function drawWatermark(medium: Medium, random: RandomStream): JsonObject {
  if (random.chance(0.05)) return { status: 'failed', error_message: 'The watermark service did not answer' };
  const verdict = random.weighted(WATERMARK_VERDICTS);
  const hasWatermark = verdict === 'verified' || verdict === 'degraded';
  const score = Math.round(random.between(hasWatermark ? 0.6 : 0, hasWatermark ? 1 : 0.3) * 1000) / 1000;
  if (medium === 'audio') return { status: 'completed', metrics: { v1: { has_watermark: hasWatermark, score } } };
  const synthid = random.chance(0.7) ? { synthid: { detected: random.chance(0.05) } } : {};
  return {
    status: 'completed',
    metrics: {
      overall_status: 'completed',
      detected_model_versions: hasWatermark ? ['v2'] : [],
      has_watermark: hasWatermark,
      detection_score: score,
      model_results: [],
      verdict,
      ...synthid,
    },
  };
}
