import { INDICATOR_UNITS, type Indicator } from '../../../core/obligation.ts';
import type { Tone } from '../../../core/design.ts';
import type { Cell } from '../../../core/report.ts';
import type { ObligationStatus } from '../../../core/statistics.ts';
import { integer, NO_VALUE, percent, span } from '../format.ts';
import { complianceOf, INDICATOR_SOURCES, type Measured, measured } from '../indicators.ts';
import { cell, left, type Material, muted, paragraph, type SectionBuilder, table } from './parts.ts';

const TONES: Readonly<Record<ObligationStatus, Tone>> = {
  met: 'good',
  not_met: 'critical',
  not_shown: 'warning',
  no_case: 'muted',
  not_measured: 'warning',
  stated: 'plain',
  not_applicable: 'muted',
};

/** The template's obligations, each with this run's result. */
export const compliance: SectionBuilder = (material) => {
  const { input, text } = material;
  const say = text.compliance;
  const all = measured(input);
  if (all.length === 0) return [paragraph(say.none)];
  const [obligation, indicator, value, target, status, evidence] = say.columns;
  return [
    paragraph(say.lead(all.length, complianceOf(input))),
    table(
      say.caption,
      [
        left(obligation, 3),
        left(indicator, 1.7),
        left(value, 1.1),
        left(target, 1.2),
        left(status, 1.6),
        left(evidence, 2.2),
      ],
      all.map((one) => row(one, material)),
    ),
    muted(say.basis),
  ];
};

function row({ duty, value, status, open }: Measured, { text }: Material): Cell[] {
  const say = text.compliance;
  const { indicator, requirement } = duty;
  const source = indicator === null ? null : INDICATOR_SOURCES[indicator];
  const evidence = [duty.evidence, source].filter((each) => each !== null).join('; ');
  return [
    { text: duty.obligation, ...(requirement === null ? {} : { sub: requirement }) },
    cell(indicator === null ? NO_VALUE : say.indicators[indicator]),
    {
      text: value === null ? say.noValue(status) : valueText(value, indicator),
      ...(open === 0 ? {} : { sub: say.open(open) }),
    },
    cell(targetText(duty, say)),
    { text: say.statuses[status], tone: TONES[status] },
    cell(duty.notApplicable ?? (evidence === '' ? NO_VALUE : evidence)),
  ];
}

function targetText({ indicator, atMost, atLeast }: Measured['duty'], say: Material['text']['compliance']): string {
  if (indicator === null) return NO_VALUE;
  if (INDICATOR_UNITS[indicator] === 'verdict') return say.proven;
  if (atMost !== null) return say.atMost(valueText(atMost, indicator));
  return atLeast === null ? say.noTarget : say.atLeast(valueText(atLeast, indicator));
}

function valueText(value: number | string, indicator: Indicator | null): string {
  if (typeof value === 'string' || indicator === null) return String(value);
  const unit = INDICATOR_UNITS[indicator];
  return unit === 'share' ? percent(value) : unit === 'seconds' ? span(value) : integer(value);
}
