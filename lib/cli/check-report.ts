import { type Analysis, type Bottleneck, categoryNames, type Evidence } from '../contracts/analysis.ts';
import type { Check, CheckRequest } from '../contracts/checks.ts';
import { decimal, percentage } from './figures.ts';
import { loadReport } from './load-report.ts';
import type { Colours } from './terminal.ts';
import { textTable } from './text-table.ts';

/** A check for people: the score and what it is made of, the load test's figures, what slows the service down. */
export function checkReport(check: Check, colours: Colours): string[] {
  const { analysis, loadTest } = check;
  const lines: string[] = [];
  if (analysis !== undefined) lines.push(...scoreReport(analysis, colours), '');
  if (loadTest !== undefined) lines.push(colours.bold('Load test'), ...loadReport(loadTest, colours), '');
  if (analysis !== undefined) lines.push(...bottleneckReport(analysis, colours), '');
  lines.push(...limitReport(check, colours));
  return lines;
}

const bandColour = { excellent: 'green', good: 'yellow', poor: 'red' } as const;

function scoreReport({ performanceScore, band, coverage, categories }: Analysis, colours: Colours): string[] {
  if (performanceScore === undefined || band === undefined) {
    return [
      colours.bold('Score: none'),
      '  The service reported nothing from inside: see `--import headroom/register`.',
    ];
  }
  const score = colours[bandColour[band]](`${decimal(performanceScore)} of 100, ${band}`);
  return [
    `${colours.bold('Score')} ${score} ${colours.dim(`(${percentage(coverage)} of its weight was measured)`)}`,
    ...textTable(
      ['left', 'right', 'right', 'left'],
      categoryNames.flatMap((name) => {
        const { score: part, value, threshold, unit } = categories[name] ?? {};
        if (part === undefined || value === undefined || threshold === undefined) return [];
        const limit = colours.dim(`threshold ${decimal(threshold)} ${unit}`);
        return [[spaced(name), decimal(part), `${decimal(value)} ${unit}`, limit]];
      }),
    ),
  ];
}

/** `responseTime` -> `response time`. */
const spaced = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function bottleneckReport({ bottlenecks }: Analysis, colours: Colours): string[] {
  if (bottlenecks.length === 0) return [`${colours.bold('Bottlenecks')}: none found`];
  return [
    colours.bold('Bottlenecks'),
    ...bottlenecks.flatMap((bottleneck, index) => finding(bottleneck, index, colours)),
  ];
}

function finding(
  { component, issue, performanceImpact, evidence, recommendation }: Bottleneck,
  index: number,
  colours: Colours,
) {
  const what = issue.startsWith(component) ? issue : `${component}: ${issue}`;
  return [
    `  ${index + 1}. ${colours.bold(what)} ${colours.dim(`(impact ${percentage(performanceImpact)})`)}`,
    ...evidence.map((each) => colours.dim(`     ${evidenceLine(each)}`)),
    `     ${colours.cyan('->')} ${recommendation}`,
  ];
}

const subjectLength = 100;

function evidenceLine({ metric, subject, values }: Evidence): string {
  const figures = Object.entries(values)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => figure(name, value));
  const short = subject.length > subjectLength ? `${subject.slice(0, subjectLength - 1)}…` : subject;
  return `${metric} of ${short}: ${figures.join(', ')}`;
}

const units: readonly [suffix: RegExp, unit: string][] = [
  [/Ms$/, ' ms'],
  [/Percent$/, ' %'],
  [/Mb$/, ' MB'],
];

/** `requestTimeSharePercent: 65.7` -> `request time share 65.7 %`. */
function figure(name: string, value: number): string {
  const [suffix, unit] = units.find(([ending]) => ending.test(name)) ?? [/$/, ''];
  return `${spaced(name.replace(suffix, ''))} ${decimal(value)}${unit}`;
}

interface Limit {
  name: keyof CheckRequest['limits'];
  sign: '<=' | '>=';
  actual: (check: Check) => number | undefined;
}

const limits: readonly Limit[] = [
  {
    name: 'maxP95ResponseTimeMs',
    sign: '<=',
    actual: ({ loadTest }) => loadTest?.performanceMetrics.p95ResponseTimeMs,
  },
  { name: 'minSuccessRatePercent', sign: '>=', actual: ({ loadTest }) => loadTest?.successRatePercent },
  { name: 'minScore', sign: '>=', actual: ({ analysis }) => analysis?.performanceScore },
];

/** Every limit with what was found; the platform's own verdict stands, whatever this could compute. */
function limitReport(check: Check, colours: Colours): string[] {
  const breached = new Map(check.breaches.map((breach) => [breach.limit, breach]));
  const known = limits.map(({ name, sign, actual }) => {
    const breach = breached.get(name);
    breached.delete(name);
    const found = breach?.actual ?? actual(check);
    return [
      verdict(breach === undefined, found, colours),
      name,
      sign,
      decimal(check.request.limits[name]),
      shown(found),
    ];
  });
  const others = [...breached.values()].map(({ limit, expected, actual }) => [
    verdict(false, actual, colours),
    limit,
    '',
    decimal(expected),
    shown(actual),
  ]);
  return [colours.bold('Limits'), ...textTable(['left', 'left', 'left', 'right', 'right'], [...known, ...others])];
}

const shown = (value: number | undefined): string => (value === undefined ? 'not measured' : decimal(value));

const verdict = (holds: boolean, found: number | undefined, colours: Colours): string => {
  if (!holds) return colours.red('BREACHED');
  return found === undefined ? colours.dim('open') : colours.green('holds');
};
