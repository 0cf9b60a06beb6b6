import { createHash } from 'node:crypto';
import { decodePage } from '../../dist/core/envelope.js';
import type { Page, Source } from '../../dist/index.js';

/** File names as attackers and people choose them. */
const HOSTILE = [
  '=HYPERLINK("http://example.com","open")',
  "@SUM(1+1)*cmd|' /C calc'!A0",
  '-2+3 "quoted", and; separated.wav',
  'line\nbreak\tand tab.mp3',
  '<script>alert(1)</script> & more.png',
  'übermut 漢字 \u{1f600}.wav',
];
const LABELS = ['real', 'fake', 'Likely fake', 'unsure'];
const FIRST_MS = Date.UTC(2024, 0, 1);

/**
 * A list as voice teams have it: audio and images, few nodes, numbers as text, keys that no table knows, white space, a
 * tenth hostile names. Each item is a function of its index.
 */
export function shortItems(count: number): Source {
  return {
    description: { kind: 'custom', location: 'short items' },
    page(number, size): Promise<Page> {
      const first = (number - 1) * size;
      const items = Array.from({ length: Math.max(0, Math.min(size, count - first)) }, (_, at) => item(first + at));
      const envelope = { success: true, page: number, page_size: size, total_count: count, items };
      const body = Buffer.from(JSON.stringify(envelope, null, 1));
      return Promise.resolve(decodePage(body, { number, size, receivedAt: '2024-03-01T00:00:00.000Z' }));
    },
    close: () => Promise.resolve(),
  };
}

function item(index: number): object {
  const hash = createHash('sha256').update(`short ${index}`).digest('hex');
  const draw = (place: number, below: number): number => Number.parseInt(hash.slice(place, place + 6), 16) % below;
  const score = (place: number): number => draw(place, 10_001) / 10_000;
  const isAudio = draw(0, 10) < 7;
  const createdMs = FIRST_MS - index * 20_000 + draw(4, 20_000);
  const name =
    draw(8, 10) === 0 ? HOSTILE[draw(12, HOSTILE.length)] : `call "${draw(12, 9_999)}" \\ ${hash.slice(0, 8)}`;
  const label = LABELS[draw(16, LABELS.length)];
  return {
    uuid: hash.slice(0, 32),
    media_type: isAudio ? 'audio' : 'image',
    status: 'completed',
    filename: `${name}${isAudio ? '.wav' : '.png'}`,
    duration: isAudio ? (draw(20, 60_000) / 100).toFixed(2) : null,
    created_at: new Date(createdMs).toISOString(),
    updated_at: new Date(createdMs + draw(24, 90_000)).toISOString(),
    error_message: null,
    zero_retention_mode: draw(28, 4) === 0,
    file_deleted_at: null,
    team: `team ${draw(32, 20)}`,
    tags: ['inbound', { queue: draw(34, 9), note: 'said "yes"\n' }],
    url: `https://storage.example.com/files/${hash.slice(0, 16)}`,
    metrics: isAudio
      ? {
          label,
          score: Array.from({ length: 1 + draw(40, 8) }, (_, chunk) => score(chunk * 4).toFixed(4)),
          consistency: score(44).toFixed(4),
          aggregated_score: score(48).toFixed(4),
          image: null,
        }
      : null,
    image_metrics: isAudio
      ? null
      : {
          type: 'FinalResult',
          label,
          score: score(44).toFixed(4),
          image: null,
          children: [{ type: 'ImageResult', label, score: score(48).toFixed(4), model: 'v2', children: [] }],
        },
    video_metrics: null,
    intelligence: null,
    extra_params: {},
    audio_source_tracing: null,
  };
}
