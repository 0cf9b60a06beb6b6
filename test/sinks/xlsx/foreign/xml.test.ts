import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/core/errors.ts';
import { childOf, childrenOf, decodeXml, parseXml, XmlPart } from '../../../../src/render/sinks/xlsx/fill/xml.ts';

describe('the reader of XML', () => {
  it('finds elements, attributes and texts where they stand', () => {
    const text =
      '\ufeff<?xml version="1.0"?><!-- <no> --><a x="1" y = \'a &lt; &#x41;&#66;\'>\n<b/><c:d  e="2" >t &amp; u</c:d><![CDATA[<f>]]></a>\n';
    const part = new XmlPart('p', text);
    expect(part.root.children.map(({ name }) => name)).toEqual(['b', 'c:d']);
    expect(part.attribute(part.root, 'y')).toBe('a < AB');
    expect(part.attribute(part.root, 'z')).toBeNull();
    const d = childOf(part.root, 'c:d');
    expect(d === null ? null : [part.textOf(d), part.source(d)]).toEqual(['t & u', '<c:d  e="2" >t &amp; u</c:d>']);
    expect(part.render()).toBe(text);
  });

  it.each([
    ['', 'not well-formed'],
    ['text', 'not well-formed'],
    ['<a>', 'not well-formed'],
    ['<a></b>', 'not well-formed'],
    ['<a/><b/>', 'not well-formed'],
    ['<a/>text', 'not well-formed'],
    ['<a b=1/>', 'not well-formed'],
    ['<a b="<"/>', 'not well-formed'],
    ['<a b="1"c="2"/>', 'not well-formed'],
    ['<1a/>', 'not well-formed'],
    ['<a><!-- </a>', 'not well-formed'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'declares a document type'],
    ['<a><!ELEMENT></a>', 'declares a document type'],
    [`${'<a>'.repeat(201)}${'</a>'.repeat(201)}`, 'nested too deeply'],
    [`<a>${'<b/>'.repeat(500_000)}</a>`, 'more than 500000 elements'],
  ])('refuses case %#', (text, reason) => expect(() => parseXml(text)).toThrow(reason));

  it.each(['&', '&;', '&nbsp;', '&b;', '&#0;', '&#x110000;', '&amp', 'a & b', '&#xZZ;'])('knows no %j', (text) => {
    expect(() => decodeXml(text)).toThrow('an entity that XML does not define');
  });

  it('takes no longer for hostile text than for other', () => {
    const once = (text: string): number => {
      const before = process.cpuUsage();
      expect(() => {
        const part = new XmlPart('p', text);
        part.textOf(part.root);
      }).toThrow(ConfigError);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const hostile = (length: number): string[] => {
      const spaces = ' '.repeat(length);
      return [`<a${spaces}b`, `<a b="${spaces}`, `<a>${'&'.repeat(length)}</a>`, '<'.repeat(length)];
    };
    const short = hostile(25_000).map(once);
    for (const [index, text] of hostile(200_000).entries()) {
      expect(once(text)).toBeLessThan(24 * Math.max(short[index] ?? 0, 30_000));
    }
  });
});

describe('changes to a part', () => {
  const TEXT = '<a x="1"><b/><c y="2">old</c><d></d></a>';

  function changed(change: (part: XmlPart) => void): string {
    const part = new XmlPart('p', TEXT);
    change(part);
    return part.render();
  }

  function child(part: XmlPart, name: string) {
    const found = childrenOf(part.root, name)[0];
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }

  it('leave every other byte as it was', () => {
    expect(changed((part) => part.setAttribute(part.root, 'x', '"2" & <3'))).toBe(
      '<a x="&quot;2&quot; &amp; &lt;3"><b/><c y="2">old</c><d></d></a>',
    );
    expect(changed((part) => part.setAttribute(child(part, 'b'), 'z', '1'))).toBe(
      '<a x="1"><b z="1"/><c y="2">old</c><d></d></a>',
    );
    expect(changed((part) => part.removeAttribute(child(part, 'c'), 'y'))).toBe('<a x="1"><b/><c>old</c><d></d></a>');
    expect(changed((part) => part.setText(child(part, 'c'), 'a < b'))).toBe(
      '<a x="1"><b/><c y="2">a &lt; b</c><d></d></a>',
    );
    expect(changed((part) => part.append(child(part, 'b'), '<e/>'))).toBe(
      '<a x="1"><b><e/></b><c y="2">old</c><d></d></a>',
    );
    expect(
      changed((part) => {
        part.append(child(part, 'd'), '<e/>');
        part.append(child(part, 'd'), '<f/>');
        part.insertBefore(child(part, 'd'), '<g/>');
        part.insertBehind(child(part, 'd'), '<h/>');
        part.remove(child(part, 'c'));
        part.replace(child(part, 'b'), '<i/>');
      }),
    ).toBe('<a x="1"><i/><g/><d><e/><f/></d><h/></a>');
  });

  it('must not meet', () => {
    expect(() =>
      changed((part) => {
        part.remove(child(part, 'c'));
        part.setText(child(part, 'c'), 'new');
      }),
    ).toThrow('Two changes of p meet');
  });

  it('read back as what was written, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const text = changed((part) => {
          part.setAttribute(part.root, 'x', value);
          part.setText(child(part, 'c'), value);
        });
        const part = new XmlPart('p', text);
        expect(part.attribute(part.root, 'x')).toBe(value);
        expect(part.textOf(child(part, 'c'))).toBe(value);
      }),
    );
  });
});
