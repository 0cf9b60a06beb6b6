import { DEFAULT_SIGN_OFF } from '../../../core/obligation.ts';
import { cell, left, muted, paragraph, type SectionBuilder } from './parts.ts';

/** Signature lines for those who answer for the report. */
export const signOff: SectionBuilder = ({ input, text }) => {
  const say = text.signOff;
  const { statement, roles } = input.template.signOff ?? DEFAULT_SIGN_OFF;
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
