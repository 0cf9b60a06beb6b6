import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EN_FORMAT as format, instant as instantText } from '../../../src/render/report/format.ts';
import { html, instant, integer, name, prose, score } from '../../../src/render/sinks/html/markup.ts';
import { visible } from '../../../src/render/sinks/printable.ts';
import { cssString } from '../../../src/render/sinks/html/stylesheet.ts';
import { MARKUP_ATTACKS } from './pages.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom(...MARKUP_ATTACKS));

describe('text in markup', () => {
  it('stays text in elements and attributes, whatever it holds', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { html: made } = html`<p title="${text}">${text}</p>`;
        const inside = made.slice('<p title="'.length, -'</p>'.length);
        const [attribute, content, ...rest] = inside.split('">');
        expect(rest).toEqual([]);
        for (const part of [attribute, content]) {
          expect(part).not.toMatch(/[<>"']/);
          expect(part?.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
        }
      }),
    );
  });

  it('comes back as it was where it holds nothing hidden', () => {
    const back = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' } as const;
    for (const text of MARKUP_ATTACKS) {
      const { html: made } = html`${text}`;
      expect(made.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => back[entity as keyof typeof back])).toBe(text);
    }
  });

  it('is nothing for null, a number for a number, each in turn for a list', () => {
    expect(html`${null}|${3}|${['<', html`<b>`, ['&']]}`.html).toBe('|3|&lt;<b>&amp;');
  });
});

describe('what cannot be seen', () => {
  it('is shown as its code', () => {
    expect(visible('invoice\u202Efdp.exe')).toBe('invoice[U+202E]fdp.exe');
    expect(visible('a\u0000b\u0007c\u00ADd\u200Be\uFEFFf\uD800g\uE000h\uFFFEi')).toBe(
      'a[U+0000]b[U+0007]c[U+00AD]d[U+200B]e[U+FEFF]f[U+D800]g[U+E000]h[U+FFFE]i',
    );
    expect(visible('tab\there\r\nand\u2028there\u00A0now')).toBe('tab here  and there now');
  });

  it('leaves every script as it came, with its joiners', () => {
    for (const text of ['Zürich', 'नमस्ते\u200D', '👩‍🚀', 'می\u200Cخواهم', '東京', 'e\u0301'])
      expect(visible(text)).toBe(text);
  });

  it('leaves no control, override or half pair, whatever comes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u);
      }),
    );
  });
});

describe('words that run from right to left', () => {
  it('are kept apart in running text, and names as a whole', () => {
    expect(prose('Message: שלום עולם 12', 100).html).toBe('Message: <bdi>שלום עולם</bdi> 12');
    expect(prose('plain < text', 100).html).toBe('plain &lt; text');
    expect(prose('cut here', 4).html).toBe('cut…');
    expect(name('דוח.mp4').html).toBe('<bdi dir="ltr">דוח.mp4</bdi>');
  });
});

describe('numbers', () => {
  it('are written as everywhere in the report', () => {
    fc.assert(
      fc.property(fc.double({ min: -2, max: 2, noNaN: true }), fc.nat(1e12), (value, count) => {
        expect(score(value)).toBe(format.score(value));
        expect(integer(count)).toBe(format.integer(count));
      }),
    );
    expect(score(0.1235)).toBe('0.124');
    expect(score(-1)).toBe('-1.000');
  });

  it('are instants for people and for machines', () => {
    const at = Date.UTC(2024, 0, 15, 9, 30, 12, 345);
    expect(instant(at)).toEqual({ text: instantText(at), iso: '2024-01-15T09:30:12.345Z' });
    expect(instant(Number.NaN)).toBeNull();
    expect(instant(1e20)).toBeNull();
  });
});

describe('a text in a style', () => {
  it('cannot end its string, its rule or the style', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(cssString(text)).toMatch(/^"(?:[A-Za-z0-9 ]|\\[0-9a-f]{6})*"$/);
      }),
    );
    expect(cssString('A "b" </style>')).toBe('"A \\000022b\\000022 \\00003c\\00002fstyle\\00003e"');
  });
});
