import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { OutputError } from '../../../src/core/errors.ts';
import { fontFaces } from '../../../src/sinks/html/fonts/faces.ts';
import { subsetOf } from '../../../src/sinks/html/fonts/subset.ts';
import { TrueType } from '../../../src/sinks/html/fonts/truetype.ts';

const PATH = createRequire(import.meta.url).resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf');
const BYTES = readFileSync(PATH);
const FONT = new TrueType(BYTES);
const TEXT = 'Hamburgefonstiv – Größe, zażółć 0123';
const CODES = Array.from(TEXT, (character) => character.codePointAt(0) ?? 0);

describe('a subset', () => {
  const bytes = subsetOf(FONT, FONT.glyphsOf(CODES));
  const subset = new TrueType(bytes);

  it('has every character that was asked for, and no other', () => {
    expect(new Set(subset.glyphsOf(CODES).keys())).toEqual(new Set(CODES));
    expect(subset.glyphsOf([0x41, 0x78, 0x416, 0xffff]).size).toBe(0);
    expect(bytes.length).toBeLessThan(BYTES.length / 20);
  });

  it('draws each as wide and as it was', () => {
    const [before, after] = [FONT.glyphsOf(CODES), subset.glyphsOf(CODES)];
    for (const code of CODES) {
      const [old, now] = [before.get(code) ?? 0, after.get(code) ?? 0];
      expect([code, subset.metrics(now)]).toEqual([code, FONT.metrics(old)]);
      const outline = Buffer.from(FONT.outline(old));
      // A glyph that is made of others names them by new numbers; its head, with the box around it, stays.
      const isComposite = outline.length > 0 && outline.readInt16BE(0) < 0;
      const length = isComposite ? 10 : outline.length;
      expect(Buffer.from(subset.outline(now)).subarray(0, length)).toEqual(outline.subarray(0, length));
    }
    expect(
      CODES.some((code) =>
        Buffer.from(FONT.outline(before.get(code) ?? 0))
          .subarray(0, 2)
          .equals(Buffer.from([255, 255])),
      ),
    ).toBe(true);
  });

  it('carries right checksums and its licence', () => {
    let sum = 0;
    for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
    expect(sum).toBe(0xb1b0afba);
    expect(Buffer.from(subset.table('name')).swap16().toString('utf16le')).toContain('Open Font License');
  });

  it('is the same every time', () => {
    expect(subsetOf(new TrueType(Buffer.from(BYTES)), FONT.glyphsOf([...CODES].reverse()))).toEqual(bytes);
  });

  it('of nothing is a font with the glyph for nothing', () => {
    expect(new TrueType(subsetOf(FONT, new Map())).glyphCount).toBeGreaterThan(0);
  });
});

describe('the font files', () => {
  it('have figures of one width', () => {
    const widths = ['zero', 'one', 'seven'].map((name) => FONT.metrics(FONT.glyphNamed(`${name}.tf`) ?? 0).advance);
    expect(new Set(widths).size).toBe(1);
    expect(FONT.glyphNamed('no such glyph')).toBeNull();
  });

  it('make six rules of less than 200 kB together', async () => {
    const rules = await fontFaces();
    expect(rules.match(/@font-face/g)).toHaveLength(6);
    expect(rules.length).toBeGreaterThan(50_000);
    expect(rules.length).toBeLessThan(200_000);
  });

  it('that are none are refused with a remedy', () => {
    for (const damaged of [Buffer.alloc(0), Buffer.from('OTTO and nothing more'), BYTES.subarray(0, 11)]) {
      expect(() => new TrueType(damaged)).toThrow(OutputError);
    }
  });
});
