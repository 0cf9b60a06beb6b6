import { integer, isoText } from '../format.ts';
import { periodText } from '../period-text.ts';
import { cell, definitions, mono, type SectionBuilder } from './parts.ts';

export const cover: SectionBuilder = ({ input, text }) => {
  const { facts } = text.cover;
  const { source } = input.extraction;
  const { in_period: inPeriod, undated } = input.statistics.population;
  return [
    definitions([
      [facts.period, cell(`${periodText(input.period, text).days} (${input.period.timezone})`)],
      [facts.detections, cell(integer(inPeriod))],
      ...(undated === 0 ? [] : [[facts.undated, cell(integer(undated))] as const]),
      [facts.asOf, cell(isoText(input.asOf))],
      [facts.source, cell(source.kind === 'sandbox' ? text.evidence.extraction.kinds.sandbox : source.location)],
      [facts.template, cell(input.template.name)],
      [facts.tool, cell(`${input.tool.name} ${input.tool.version}`)],
      [facts.reportId, mono(input.id)],
    ]),
  ];
};

export const contents: SectionBuilder = ({ text }) => [
  { kind: 'contents' },
  { kind: 'heading', text: text.method.reading },
  definitions(text.method.conventions.map(([term, meaning]) => [term, cell(meaning)])),
];
