import { INDICATOR_UNITS, type Indicator } from '../../../core/policy.ts';
import type { Tone } from '../../../core/design.ts';
import type { Block, Cell } from '../../../core/report.ts';
import type { ObligationStatus } from '../../../core/statistics.ts';
import { NO_VALUE } from '../format.ts';
import { complianceOf, type Measured, measured, SECTION_OF } from '../indicators.ts';
import { cell, lead, left, linkTo, type Material, muted, paragraph, type SectionBuilder, table } from './parts.ts';

const TONES: Readonly<Record<ObligationStatus, Tone>> = {
  met: 'good',
  not_met: 'critical',
  not_shown: 'warning',
  no_case: 'muted',
  not_measured: 'warning',
  stated: 'plain',
  not_applicable: 'muted',
};

export const compliance: SectionBuilder = (material) => {
  return measured(material.input).length === 0 ? [paragraph(material.text.compliance.none)] : matrix(material);
};

/** How many obligations are met, and each with its figure. */
export function matrix(material: Material): Block[] {
  const { input, text } = material;
  const say = text.compliance;
  const [obligation, value, target, status, where] = say.columns;
  const all = measured(input);
  return [
    lead(say.lead(all.length, complianceOf(input))),
    table(
      say.caption,
      [left(obligation, 3.4), left(value, 2), left(target, 0.9), left(status, 1.4), left(where, 2.2)],
      all.map((one) => row(one, material)),
    ),
    muted(say.basis((sought) => all.some((one) => one.status === sought))),
  ];
}

export function figureTexts({ duty, value, status }: Measured, text: Material['text']): readonly [string, string] {
  const say = text.compliance;
  return [value === null ? say.noValue(status) : valueText(value, duty.indicator, text), targetText(duty, text)];
}

function row(one: Measured, material: Material): Cell[] {
  const { text } = material;
  const { duty, status, open } = one;
  const [valueOf, target] = figureTexts(one, text);
  const say = text.compliance;
  const { indicator, requirement, evidence } = duty;
  const named = indicator === null ? null : SECTION_OF[indicator];
  const where = named === null ? {} : linkTo(material, named);
  const about = [indicator === null ? null : say.indicators[indicator], open === 0 ? null : say.open(open)];
  const sub = about.filter((each) => each !== null).join('; ');
  return [
    { text: duty.obligation, ...(requirement === null ? {} : { sub: requirement }) },
    { text: valueOf, ...(sub === '' ? {} : { sub }) },
    cell(target),
    { text: say.statuses[status], tone: TONES[status] },
    {
      text: duty.notApplicable ?? (where.link === undefined ? NO_VALUE : text.titles[where.link]),
      ...where,
      ...(evidence === null ? {} : { sub: say.evidence(evidence) }),
    },
  ];
}

function targetText({ indicator, atMost, atLeast }: Measured['duty'], text: Material['text']): string {
  const say = text.compliance;
  if (indicator === null) return NO_VALUE;
  if (INDICATOR_UNITS[indicator] === 'verdict') return say.verdicts.proven;
  if (atMost !== null) return say.atMost(valueText(atMost, indicator, text));
  return atLeast === null ? say.noTarget : say.atLeast(valueText(atLeast, indicator, text));
}

function valueText(
  value: number | string,
  indicator: Indicator | null,
  { format, compliance: say }: Material['text'],
): string {
  if (typeof value === 'string' || indicator === null) {
    return value === 'proven' || value === 'converged' || value === 'unproven' ? say.verdicts[value] : String(value);
  }
  const unit = INDICATOR_UNITS[indicator];
  return unit === 'share' ? format.percent(value) : unit === 'seconds' ? format.span(value) : format.integer(value);
}
