import type { FileDifference, FilePlace } from '../../core/sink.ts';

export const SAME_CONTENT: FileDifference = { kind: 'packing' };
export const OTHER_CONTENT: FileDifference = { kind: 'content', place: null };

export function differsAt(place: FilePlace | null, isPagesOnly = false): FileDifference {
  return { kind: 'content', place, isPagesOnly };
}
