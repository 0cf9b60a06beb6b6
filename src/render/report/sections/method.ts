import { VERDICTS_BY_GRAVITY } from '../../../core/policy.ts';
import { isOpen } from '../written.ts';
import { cell, definitions, heading, left, paragraph, type SectionBuilder, table, toned } from './parts.ts';

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
  ];
};

export const limitations: SectionBuilder = ({ text }) => [{ kind: 'list', items: text.method.limitations }];
