import type { Block } from '../../../core/report.ts';
import { isoText, NO_VALUE } from '../format.ts';
import {
  cell,
  countCell,
  definitions,
  heading,
  left,
  type Material,
  mono,
  muted,
  paragraph,
  right,
  type SectionBuilder,
  table,
  toned,
} from './parts.ts';
import { isOpen, replayOf, writtenBy } from '../replay-command.ts';
import { VERDICTS_BY_GRAVITY } from '../../../core/policy.ts';

export const extraction: SectionBuilder = ({ input, text }) => {
  const say = text.evidence.extraction;
  const { certificate } = input;
  const { source, merkleRoot } = input.extraction;
  return [
    paragraph(say.intro(writtenBy(input).snapshot)),
    definitions([
      [say.terms.source, { text: source.location, sub: say.kinds[source.kind] }],
      [say.terms.read, cell(say.read(isoText(certificate.startedAt), isoText(certificate.endedAt)))],
      [say.terms.asOf, cell(isoText(input.asOf))],
      [say.terms.requests, cell(say.requests(certificate))],
      [say.terms.received, cell(say.received(certificate.received, certificate.unique, certificate.duplicates))],
      [say.terms.merkle, mono(merkleRoot)],
      [say.terms.template, { text: input.template.name, sub: `SHA-256 ${input.template.sha256}`, subMono: true }],
      [say.terms.tool, cell(`${input.tool.name} ${input.tool.version}`)],
    ]),
  ];
};

/** What the file itself embeds, and what was too large for it. */
function attached({ input, text }: Material): Block[] {
  const say = text.evidence.integrity;
  const inside = input.attached ?? null;
  if (inside === null) return [];
  const names = inside.attachments.map(({ name }) => name);
  return [paragraph(`${say.attached(names)} ${say.leftOut(inside.leftOut, text.format.byteSize(inside.limitBytes))}`)];
}

const TIMESTAMP_CHECK = 'openssl ts -verify -data manifest.json -in manifest.json.tsr -CAfile authority.pem';

export const integrity: SectionBuilder = ({ input, text }) => {
  const say = text.evidence.integrity;
  const [file, rows, bytes, hash] = say.columns;
  const { snapshot, recordHashes } = writtenBy(input);
  // An amendment is made from two readings; `verify` has both and makes it again.
  const replay = snapshot && (input.amendment ?? null) === null ? replayOf(input) : null;
  return [
    paragraph(say.intro),
    input.files.length === 0
      ? paragraph(say.none)
      : table(
          say.caption,
          [left(file, 1.7), right(rows, 0.8), right(bytes, 1), left(hash, 5.3)],
          input.files.map((sealed) => [
            cell(sealed.name),
            cell(sealed.rows === null ? NO_VALUE : text.format.integer(sealed.rows)),
            countCell(sealed.bytes, text),
            mono(sealed.sha256),
          ]),
        ),
    ...attached({ input, text }),
    heading(say.howTo),
    paragraph(say.howToText(replay?.exitCode ?? 0)),
    { kind: 'commands', lines: [...say.checks, ...(replay?.lines ?? [])] },
    muted(
      [
        replay === null ? '' : say.again(replay.placeholder, input.previous?.report_id ?? ''),
        snapshot ? '' : say.withoutSnapshot,
        recordHashes === null ? '' : say.record(recordHashes),
      ]
        .filter((each) => each !== '')
        .join(' '),
    ),
    // The token comes after the seal, so no report can know whether there is one.
    muted(say.timestamp),
    { kind: 'commands', lines: [TIMESTAMP_CHECK] },
  ];
};

export const contents: SectionBuilder = () => [{ kind: 'contents' }];

export const method: SectionBuilder = ({ input, text }) => {
  const say = text.method;
  const { policy } = input.template;
  return [
    paragraph(say.intro),
    { kind: 'steps', items: say.steps(policy) },
    table(
      say.policy(policy.name),
      [left(say.policyColumns[0], 1), left(say.policyColumns[1], 4)],
      VERDICTS_BY_GRAVITY.map((verdict) => [
        toned(text.results.series[verdict], verdict),
        cell(policy[verdict].length === 0 ? say.noLabels : policy[verdict].join(', ')),
      ]),
    ),
    heading(say.definitions),
    definitions(say.terms(input.period.timezone, isOpen(input)).map(([term, meaning]) => [term, cell(meaning)])),
  ];
};

export const limitations: SectionBuilder = ({ text }) => [
  { kind: 'list', items: text.method.limitations.map((item) => ({ text: item })) },
];

/** Signature lines for those who answer for the report. */
export const signOff: SectionBuilder = ({ input, text }) => {
  const say = text.signOff;
  const { statement, roles } = input.template.signOff ?? { statement: null, roles: say.roles };
  const [role, name, date, signature] = say.columns;
  return [
    paragraph(`${statement ?? say.statement} ${say.report(input.id)}`),
    {
      kind: 'table',
      caption: say.caption,
      columns: [left(role, 1.3), left(name, 1.8), left(date, 1), left(signature, 2)],
      rows: roles.map((each) => [cell(each), cell(''), cell(''), cell('')]),
      writable: true,
    },
    muted(say.note),
  ];
};
