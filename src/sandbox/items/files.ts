import type { NonEmpty, RandomStream, Weighted } from './random.ts';

export type Medium = 'audio' | 'image' | 'video';

const EXTENSIONS: Readonly<Record<Medium, NonEmpty<string>>> = {
  audio: ['wav', 'mp3', 'm4a', 'ogg', 'flac'],
  image: ['jpg', 'png', 'webp', 'jpeg', 'gif'],
  video: ['mp4', 'mov', 'avi', 'webm'],
};

const LATIN: NonEmpty<string> = [
  'interview',
  'voicemail',
  'call-recording',
  'press_statement',
  'onboarding selfie',
  'ID front',
  'claim photo',
  'town hall',
  'podcast ep',
  'earnings call',
  'résumé-vidéo',
  'Übergabe Müller',
  'señal señor',
  'zażółć gęślą',
];

const SCRIPTS: NonEmpty<string> = [
  'συνέντευξη τύπου',
  'запись звонка',
  'تسجيل المكالمة',
  'הקלטת שיחה',
  'साक्षात्कार रिकॉर्डिंग',
  'บันทึกการสนทนา',
  '电话录音',
  '面接の録画',
  '통화 녹음',
  'family 👨‍👩‍👧 🎤',
  'صورة-图片-🙂',
];

/** Names that a spreadsheet, a shell or a naive table misreads. */
const AWKWARD: NonEmpty<string> = [
  '=SUM(A1:A9)',
  '=HYPERLINK("http://example.com","open")',
  '+1 555 0100 call',
  '-2+3 take',
  '@mention clip',
  'call, "urgent"',
  "it's o'clock; final",
  'line one\nline two',
  'tab\there',
  '../../up/one',
  'C:\\Users\\guest\\clip',
  '<b>bold</b> & co',
  '  spaces  ',
  '0001',
  'true',
  '2024-01-05',
  'a\u202Egpj.exe',
];

const KINDS: Weighted<NonEmpty<string>> = [
  [LATIN, 80],
  [SCRIPTS, 14],
  [AWKWARD, 6],
];

/** An uploader's name for a file: any script, sometimes a formula, a quote, a comma or a line break. */
export function drawFilename(medium: Medium, random: RandomStream): string {
  const words = random.weighted(KINDS);
  const number = words === LATIN ? ` ${random.whole(1, 9999)}` : '';
  return `${random.pick(words)}${number}.${drawExtension(medium, random)}`;
}

export function redactedFilename(medium: Medium, random: RandomStream): string {
  return `redacted_${random.hex(24)}.${drawExtension(medium, random)}`;
}

function drawExtension(medium: Medium, random: RandomStream): string {
  return random.pick(EXTENSIONS[medium]);
}

/** The switches of a submission: the value if none is given, and the names under which a request may give one. */
const SWITCHES = {
  zeroRetention: [false, 'zero_retention_mode', 'privacy_mode'],
  intelligence: [false, 'intelligence'],
  tracing: [false, 'audio_source_tracing', 'audio_source_tracing_enabled'],
  visualize: [true, 'visualize'],
  oodDetector: [false, 'use_ood_detector'],
  reverseSearch: [false, 'use_reverse_search'],
  faceOnly: [false, 'face_only'],
  watermark: [false, 'watermark'],
  c2pa: [false, 'c2pa', 'c2pa_manifest'],
} as const;
type Switches = Readonly<Record<keyof typeof SWITCHES, boolean>>;

/** What a client requested for a new detection. */
export interface Submission extends Switches {
  readonly medium: Medium;
  readonly filename: string;
  /** The given address; null for an upload. */
  readonly url: string | null;
  /** A rule of the sandbox: a file with `fail` in its name fails, any other completes. */
  readonly fails: boolean;
  /** Which results of a video are wanted: audio, video or all. */
  readonly modality: string;
}

/** Extensions that the API takes, by medium (docs.resemble.ai, "Batch Detection" and "Create Detection"). */
const MEDIA_BY_EXTENSION: ReadonlyMap<string, Medium> = new Map([
  ...['wav', 'mp3', 'm4a', 'ogg', 'aac', 'flac'].map((extension) => [extension, 'audio'] as const),
  ...['mp4', 'mov', 'avi', 'mkv', 'wmv', 'webm'].map((extension) => [extension, 'video'] as const),
  ...['jpg', 'jpeg', 'png', 'gif', 'webp'].map((extension) => [extension, 'image'] as const),
]);

/** The medium of a file name, or null if the API would not take the file. */
export function mediumOf(filename: string): Medium | null {
  const extension = /\.([A-Za-z0-9]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  return MEDIA_BY_EXTENSION.get(extension) ?? null;
}

/** The submission of one file with a request's switches, or null if the file's type is not accepted. */
export function submissionOf(
  filename: string,
  url: string | null,
  read: (field: string) => unknown,
): Submission | null {
  const medium = mediumOf(filename);
  if (medium === null) return null;
  const modality = read('modality');
  const switches = Object.entries(SWITCHES).map(([name, [usual, ...fields]]) => {
    return [name, fields.map((field) => flag(read(field))).find((given) => given !== null) ?? usual];
  });
  return {
    medium,
    filename,
    url,
    fails: filename.toLowerCase().includes('fail'),
    modality: modality === 'audio' || modality === 'video' ? modality : 'all',
    ...(Object.fromEntries(switches) as Switches),
  };
}

/** Forms send booleans as text. */
function flag(value: unknown): boolean | null {
  if (value === true || value === 'true' || value === '1') return true;
  if (value === false || value === 'false' || value === '0') return false;
  return null;
}
