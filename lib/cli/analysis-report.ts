import type { CompletedAnalysis, Finding } from '../contracts/analysis-depths.ts';
import { decimal } from '../contracts/figures.ts';
import { bottleneckReport } from './bottleneck-report.ts';
import { decimalOr, percentage } from './figures.ts';
import { wrapped } from './fit.ts';
import { peakReport, trendReport } from './history-report.ts';
import { scoreReport } from './score-report.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

/** An analysis for people: the score, what slows the service down, what its history says, what is missing. */
export function analysisReport(analysis: CompletedAnalysis, look: Look): string[] {
  const { endpoints = [], findings, missing = [] } = analysis;
  const sections = [
    scoreReport(analysis, look),
    bottleneckReport(analysis, look),
    endpoints.length === 0 ? [] : endpointReport(endpoints, look),
    trendReport(analysis, look),
    peakReport(analysis, look),
    findings === undefined ? [] : findingReport(findings, look),
    missing.flatMap(({ part, reason }) => wrapped(`Without ${part}: ${reason}`, look.width)).map(look.colours.yellow),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines) => [...lines, ''])
    .slice(0, -1);
}

const heading = ['endpoint', 'requests', 'avg ms', 'p95 ms', 'errors', 'of all time'];

const endpointReport = (endpoints: NonNullable<CompletedAnalysis['endpoints']>, { colours, width }: Look): string[] => [
  colours.bold('Endpoints'),
  ...textTable(
    ['left', 'right', 'right', 'right', 'right', 'right'],
    [
      heading.map((text) => colours.dim(text)),
      ...endpoints
        .slice(0, 10)
        .map((each) => [
          each.endpoint,
          decimal(each.requests),
          decimalOr(each.avgResponseTimeMs),
          decimalOr(each.p95ResponseTimeMs),
          percentage(each.errorRatePercent),
          percentage(each.timeSharePercent),
        ]),
    ],
    { width, shorten: 0 },
  ),
];

function findingReport(findings: readonly Finding[], { colours, width }: Look): string[] {
  if (findings.length === 0) return [`${colours.bold('Findings')} none beyond the bottlenecks`];
  return [
    colours.bold('Findings'),
    ...findings.flatMap(({ kind, component, issue, recommendation }, index) => [
      `  ${index + 1}. ${colours.bold(component)} ${colours.dim(`(${kind})`)}`,
      ...wrapped(issue, width, '     '),
      ...wrapped(`-> ${recommendation}`, width, '     ', '        ').map((line) =>
        line.replace('->', colours.cyan('->')),
      ),
    ]),
  ];
}
