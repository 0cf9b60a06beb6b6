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

/** The filename after zero retention. */
export function redactedFilename(medium: Medium, random: RandomStream): string {
  return `redacted_${random.hex(24)}.${drawExtension(medium, random)}`;
}

function drawExtension(medium: Medium, random: RandomStream): string {
  return random.pick(EXTENSIONS[medium]);
}
