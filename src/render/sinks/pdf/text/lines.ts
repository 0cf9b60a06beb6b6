import type { Piece } from './pieces.ts';

interface SetPiece extends Piece {
  readonly width: number;
}

/** One line, with its pieces in the order of drawing, from left to right. */
export interface Line {
  readonly pieces: readonly SetPiece[];
  readonly width: number;
}

/** A word that is longer than a line breaks best after one of these. */
const JOINT = /[-_./\\,;:=&?@)\]]/;

/** Longer than any line: a longer piece must be broken, without measuring it. */
const LONGEST_LINE = 400;

export function breakLines(pieces: readonly Piece[], size: number, width: number): Line[] {
  const lines: Line[] = [];
  let line: SetPiece[] = [];
  let used = 0;
  const finish = (): void => {
    if (line.length > 0) lines.push(toLine(line, size));
    line = [];
    used = 0;
  };
  for (const piece of pieces) {
    let rest: Piece | null = piece;
    while (rest !== null) {
      const endless = rest.text.length > LONGEST_LINE && width < Number.POSITIVE_INFINITY;
      const whole: SetPiece = endless ? { ...rest, width: Number.POSITIVE_INFINITY } : measure(rest, size);
      // The space at the end of a line extends beyond its edge.
      const visible = endless ? whole.width : visibleWidth(whole, size);
      if (used + visible <= width) {
        line.push(whole);
        used += whole.width;
        rest = null;
      } else if (used > 0 && (visible <= width || used > width * 0.6)) {
        finish();
      } else {
        const [head, tail] = split(rest, size, width - used, used === 0);
        if (head === null) {
          if (used > 0) {
            finish();
            continue;
          }
          // Not even one character fits: it is set all the same, or this would never end.
          line.push(measure(rest, size));
          rest = null;
          continue;
        }
        line.push(measure(head, size));
        finish();
        rest = tail;
      }
    }
  }
  finish();
  return lines;
}

function measure(piece: Piece, size: number): SetPiece {
  return { ...piece, width: piece.font.width(piece.text, size, piece.shaping) };
}

function visibleWidth(piece: SetPiece, size: number): number {
  return piece.text.endsWith(' ') ? piece.font.width(piece.text.trimEnd(), size, piece.shaping) : piece.width;
}

/** The longest head that fits, and the rest; it ends after a joint if one is near. Only the head's length costs. */
function split(piece: Piece, size: number, room: number, isFresh: boolean): [Piece | null, Piece | null] {
  const characters = Array.from(piece.text.slice(0, LONGEST_LINE * 2));
  let used = 0;
  let end = 0;
  while (end < characters.length) {
    used += piece.font.advance(characters[end] ?? '', size);
    if (used > room) break;
    end++;
  }
  // A mark must stay with its letter.
  while (end > 0 && /^(?:\p{M}|\p{Join_Control})/u.test(characters[end] ?? '')) end--;
  // A code such as [U+9762] stays whole, unless the line has room for nothing else.
  const code = /\[U\+[0-9A-F]{0,6}$/.exec(characters.slice(0, end).join(''));
  if (code !== null && (code.index > 0 || !isFresh)) end = Array.from(piece.text.slice(0, code.index)).length;
  if (end === 0) return [null, piece];
  for (let joint = end; joint > end * 0.6; joint--) {
    if (JOINT.test(characters[joint - 1] ?? '')) {
      end = joint;
      break;
    }
  }
  const head = { ...piece, text: characters.slice(0, end).join('') };
  const tail = piece.text.slice(head.text.length);
  return [head, tail === '' ? null : { ...piece, text: tail }];
}

/** Drops the space at the end, puts the pieces in visual order, and joins neighbours that are drawn alike. */
function toLine(pieces: readonly SetPiece[], size: number): Line {
  const trimmed = [...pieces];
  const last = trimmed.at(-1);
  if (last?.text.endsWith(' ') === true) {
    const text = last.text.trimEnd();
    trimmed.pop();
    if (text !== '') trimmed.push(measure({ ...last, text }, size));
  }
  const joined = join(visualOrder(trimmed));
  return { pieces: joined, width: joined.reduce((sum, piece) => sum + piece.width, 0) };
}

/** Rule L2 of UAX 9: from the highest level down, every stretch at or above it is reversed. */
function visualOrder(pieces: readonly SetPiece[]): SetPiece[] {
  const ordered = [...pieces];
  const highest = Math.max(0, ...ordered.map(({ level }) => level));
  for (let level = highest; level >= 1; level--) {
    let start = 0;
    while (start < ordered.length) {
      let end = start;
      while (end < ordered.length && (ordered[end]?.level ?? 0) >= level) end++;
      if (end > start) ordered.splice(start, end - start, ...ordered.slice(start, end).toReversed());
      start = Math.max(end, start + 1);
    }
  }
  return ordered;
}

function join(pieces: readonly SetPiece[]): SetPiece[] {
  const joined: SetPiece[] = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    if (
      before !== undefined &&
      before.font === piece.font &&
      before.level === piece.level &&
      before.shaping === piece.shaping
    ) {
      // A right-to-left run is stored in logical order: its rightmost piece comes first.
      const text =
        piece.level % 2 === 1 && piece.shaping === 'shaped' ? piece.text + before.text : before.text + piece.text;
      joined[joined.length - 1] = { ...before, text, width: before.width + piece.width };
    } else {
      joined.push(piece);
    }
  }
  return joined;
}
