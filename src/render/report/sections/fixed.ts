import { VERDICTS_BY_GRAVITY } from '../../../core/policy.ts';
import { isOpen } from '../replay-command.ts';
import { cell, definitions, heading, left, muted, paragraph, type SectionBuilder, table, toned } from './parts.ts';

export const contents: SectionBuilder = () => [{ kind: 'contents' }];

export const method: SectionBuilder = ({ input, text }) => {
  const say = text.method;
  const { policy } = input.template;
  return [
    paragraph(say.intro),
    heading(say.rule),
    { kind: 'steps', items: say.steps(policy) },
    heading(say.policy(policy.name)),
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
    heading(say.reading),
    definitions(say.conventions.map(([term, meaning]) => [term, cell(meaning)])),
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
