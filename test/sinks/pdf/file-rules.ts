import { fontProblems } from './fonts-of.ts';
import { plain, textString } from './pdf-objects.ts';
import { type Rule, unless } from './rule.ts';

/** What is asked of the file, its metadata, colours, fonts, annotations and attachments. */
export const FILE_RULES: readonly Rule[] = [
  {
    clause: 'A 6.1.2 file header',
    problems: ({ bytes }) => {
      const head = bytes.subarray(0, 16);
      const comment = head.subarray(9, 14);
      return unless(
        /^%PDF-1\.[0-7]\n%/.test(head.toString('latin1')) && [...comment.subarray(1)].every((byte) => byte > 127),
        'no version line with a comment of four bytes above 127 below it',
      );
    },
  },
  {
    clause: 'A 6.1.3 trailer',
    problems: ({ bytes, objects: { trailer } }) => [
      ...unless(Array.isArray(trailer['/ID']) && trailer['/ID'].length === 2, 'no ID of two parts'),
      ...unless(trailer['/Encrypt'] === undefined, 'encrypted'),
      ...unless(/%%EOF\r?\n?$/.test(bytes.subarray(-8).toString('latin1')), 'something behind the end'),
    ],
  },
  {
    clause: 'A 6.1.7 streams',
    problems: ({ bytes, objects }) => {
      const text = bytes.toString('latin1');
      const ends = text.split('endstream').slice(0, -1);
      return [
        ...unless(
          ends.every((before) => /[\r\n]$/.test(before)),
          'no line end before endstream',
        ),
        ...unless(!/stream\r(?!\n)/.test(text), 'a lone carriage return behind stream'),
        ...objects.all.flatMap((each) =>
          ['/F', '/FFilter', '/FDecodeParms'].filter((key) => each['/Length'] !== undefined && each[key] !== undefined),
        ),
        ...objects.all.flatMap((each) =>
          unless(!/LZW|Crypt/.test(JSON.stringify(each['/Filter'] ?? '')), 'LZW or Crypt'),
        ),
      ];
    },
  },
  {
    clause: 'A 6.1.13 limits',
    problems: ({ objects }) =>
      objects.all.flatMap((each) =>
        Object.entries(each).flatMap(([key, value]) => [
          ...unless(key.length <= 128, `name ${key.slice(0, 20)}`),
          ...unless(
            typeof value !== 'string' || Buffer.byteLength(value, 'utf16le') <= 32_767,
            `long string in ${key}`,
          ),
        ]),
      ),
  },
  {
    clause: 'A 6.2.3 output intent',
    problems: ({ objects }) => {
      const intents = objects.list(objects.catalog['/OutputIntents']);
      const intent = objects.dictionary(intents[0]);
      const profile = intents.length === 1 ? objects.stream(intent['/DestOutputProfile']) : Buffer.alloc(0);
      return [
        ...unless(intent['/S'] === '/GTS_PDFA1' && textString(intent['/OutputConditionIdentifier']) !== '', 'none'),
        ...unless(
          profile.subarray(12, 20).toString('latin1') === 'mntrRGB ',
          'its profile is not one of a monitor in RGB',
        ),
        ...unless(objects.dictionary(intent['/DestOutputProfile'])['/N'] === 3, 'its profile has not three components'),
      ];
    },
  },
  {
    clause: 'A 6.2.4 colours, 6.2.5 graphics state, 6.2.8 images, 6.2.9 forms',
    problems: ({ objects }) =>
      objects.all.flatMap((each) => [
        ...[
          '/TR',
          '/TR2',
          '/HTP',
          '/OPI',
          '/Alternates',
          '/Ref',
          '/PS',
          '/JS',
          '/AA',
          '/XFA',
          '/Movie',
          '/Sound',
        ].filter((key) => each[key] !== undefined),
        ...unless(!JSON.stringify(each).includes('/DeviceCMYK'), 'CMYK'),
        ...unless(each['/Interpolate'] !== true, 'interpolated image'),
        ...unless(each['/Subtype'] !== '/PS' && each['/Subtype2'] !== '/PS', 'PostScript'),
      ]),
  },
  { clause: 'A 6.2.11, UA 7.21 fonts', problems: ({ objects }) => fontProblems(objects) },
  {
    clause: 'A 6.3, UA 7.18 annotations',
    problems: ({ objects, elements }) =>
      objects.pages.flatMap((page) => {
        const { '/Annots': annotations, '/Tabs': tabs } = objects.dictionary(page);
        const all = objects.list(annotations).map(plain);
        return [
          ...unless(all.length === 0 || tabs === '/S', `tab order of ${page}`),
          ...all.flatMap((reference) => {
            const annotation = objects.dictionary(reference);
            const flags = Number(annotation['/F']);
            const owner = elements.find((each) => each.annotations.some((one) => one.reference === reference));
            const own = owner?.annotations.find((one) => one.reference === reference);
            return [
              ...unless(annotation['/Subtype'] === '/Link', `${reference} is no link`),
              ...unless((flags & 4) === 4 && (flags & 0x23) === 0, `${reference} is not printed`),
              ...unless(textString(annotation['/Contents']).trim() !== '', `${reference} says nothing (Contents)`),
              ...unless(owner?.type === 'Link', `${reference} is in no Link`),
              ...unless(own?.page === page, `${reference} is said to be on another page`),
              ...unless(typeof annotation['/StructParent'] === 'number', `${reference} has no StructParent`),
            ];
          }),
        ];
      }),
  },
  {
    clause: 'A 6.5 actions',
    problems: ({ objects }) =>
      objects.all.flatMap((each) =>
        unless(each['/Type'] !== '/Action' || ['/GoTo', '/URI'].includes(plain(each['/S'])), plain(each['/S'])),
      ),
  },
  {
    clause: 'A 6.6, UA 5 and 7.1 metadata',
    problems: ({ objects }) => {
      const { '/Metadata': metadata, '/ViewerPreferences': preferences } = objects.catalog;
      const xmp = objects.stream(metadata).toString('utf8');
      const title = /<dc:title><rdf:Alt><rdf:li xml:lang="x-default">([^<]+)<\/rdf:li>/.exec(xmp)?.[1];
      const prefixes = new Set([...xmp.matchAll(/<(\w+):\w/g)].map(([, prefix]) => prefix));
      const known = new Set('x rdf xmp dc pdf pdfaid pdfuaid pdfaExtension pdfaSchema pdfaProperty'.split(' '));
      return [
        ...unless(objects.dictionary(metadata)['/Subtype'] === '/XML', 'no metadata'),
        ...unless(!/<\?xpacket begin="[^"]*"[^?]*(?:bytes|encoding)=/.test(xmp), 'a packet with bytes or encoding'),
        ...unless(/<pdfaid:part>3</.test(xmp) && /<pdfaid:conformance>A</.test(xmp), 'no claim of PDF/A-3a'),
        ...unless(/<pdfuaid:part>1</.test(xmp), 'no claim of PDF/UA-1'),
        ...unless(/<pdfaSchema:prefix>pdfuaid</.test(xmp), 'pdfuaid is described by no extension schema'),
        ...unless(title !== undefined && title.trim() !== '', 'no title'),
        ...unless(objects.dictionary(preferences)['/DisplayDocTitle'] === true, 'the title is not shown'),
        ...unless(
          !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xmp),
          'a character that XML does not know',
        ),
        ...[...prefixes].filter((prefix) => !known.has(prefix ?? '')).map((prefix) => `properties of ${prefix}`),
      ];
    },
  },
  {
    clause: 'A 6.8, UA 7.11 embedded files',
    problems: ({ objects }) => {
      const associated = new Set(objects.list(objects.catalog['/AF']).map(plain));
      const specifications = objects.entries.filter(([, each]) => each['/EF'] !== undefined);
      return specifications.flatMap(([reference, each]) => {
        const stream = objects.dictionary(objects.dictionary(each['/EF'])['/F']);
        const parameters = objects.dictionary(stream['/Params']);
        return [
          ...unless(each['/Type'] === '/Filespec', `${reference} is no Filespec`),
          ...unless(textString(each['/F']) !== '' && each['/F'] === each['/UF'], `${reference}: F and UF`),
          ...unless(
            /^\/(Source|Data|Alternative|Supplement|Unspecified)$/.test(plain(each['/AFRelationship'])),
            `${reference}: relationship`,
          ),
          ...unless(/^\/[a-z]+\/[a-z0-9.+-]+$/.test(plain(stream['/Subtype'])), `${reference}: media type`),
          ...unless(textString(parameters['/ModDate']).startsWith('D:'), `${reference}: date`),
          ...unless(textString(each['/Desc']) !== '', `${reference}: description`),
          ...unless(associated.has(reference), `${reference} belongs to nothing (AF)`),
        ];
      });
    },
  },
  {
    clause: 'A 6.9, UA 7.10 optional content, 6.10 presentations, 6.11 requirements',
    problems: ({ objects: { catalog } }) =>
      ['/OCProperties', '/AcroForm', '/Requirements', '/Perms', '/NeedsRendering', '/OpenAction'].filter(
        (key) => catalog[key] !== undefined,
      ),
  },
];
