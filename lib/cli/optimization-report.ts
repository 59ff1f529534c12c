import { decimal } from '../contracts/figures.ts';
import { moreUsdPerMonth } from '../contracts/optimization-costs.ts';
import type { OptimizationRun, PerformanceComparison, RunResult } from '../contracts/optimization-runs.ts';
import type { Change } from '../contracts/optimizations.ts';
import { changePlace } from '../pages/change-words.ts';
import { niceTicks } from './axis-ticks.ts';
import { percentage } from './figures.ts';
import { wrapped } from './fit.ts';
import type { Look } from './terminal.ts';
import { terminalPlot } from './terminal-plot.ts';
import { textTable } from './text-table.ts';

type Plan = Pick<
  OptimizationRun,
  | 'plannedOptimizations'
  | 'leftOut'
  | 'leftOutBeyond'
  | 'expectedPerformanceGainPercent'
  | 'estimatedDurationSeconds'
  | 'profileId'
>;

/** What a run is to do, and what was found beside it. */
export function planReport(plan: Plan, look: Look): string[] {
  const { plannedOptimizations: planned, expectedPerformanceGainPercent: gain, profileId } = plan;
  const { colours, width } = look;
  const more = moreUsdPerMonth(planned);
  const by = profileId === undefined ? '' : colours.dim(` by the profile ${profileId}`);
  if (planned.length === 0) {
    return [`${colours.bold('Plan')} nothing to do${by}`, ...leftOutLines(plan, look)];
  }
  const facts = [
    ...(gain === undefined ? [] : [`response times some ${percentage(gain)} shorter`]),
    ...(more === 0 ? [] : [`${more.toFixed(2)} USD a month more`]),
    `at most ${Math.ceil(plan.estimatedDurationSeconds / 60)} min`,
  ].join(', ');
  return [
    `${colours.bold('Plan')} ${planned.length} to try${by}: ${facts}`,
    ...planned.flatMap(
      ({ id, name, description, expectedImpactPercent, costUsdPerMonth, risk, requiresRestart }, index) => [
        `  ${index + 1}. ${colours.bold(name)} ${colours.dim(
          `(${[
            ...(expectedImpactPercent === undefined ? [] : [`-${percentage(expectedImpactPercent)}`]),
            ...(costUsdPerMonth === undefined
              ? []
              : [`${decimal(costUsdPerMonth.before)} to ${decimal(costUsdPerMonth.after)} USD a month`]),
            `${risk} risk`,
            ...(requiresRestart ? ['needs a restart'] : []),
          ].join(', ')})`,
        )}`,
        ...wrapped(description, width, '     '),
        `     ${colours.dim(id)}`,
      ],
    ),
    ...leftOutLines(plan, look),
  ];
}

const leftOutLines = ({ leftOut, leftOutBeyond }: Plan, { colours, width }: Look): string[] =>
  leftOut.length === 0
    ? []
    : [
        colours.bold('Left to you'),
        ...leftOut.flatMap(({ name, reason }) => wrapped(`- ${name}: ${reason}`, width, '  ', '    ')),
        ...(leftOutBeyond === undefined ? [] : [`  and ${leftOutBeyond} more`]),
      ];

/** A run that was asked for by its id: its plan while that waits, else how far it is, or what became of it. */
export function shownRun(run: OptimizationRun, look: Look): string[] {
  const { runId, project, status, requestedBy, approveBy } = run;
  const { colours, width } = look;
  switch (status) {
    case 'planned':
      return planReport(run, look);
    case 'expired':
      return [...planReport(run, look), `${colours.yellow(status)}: nobody approved it in time.`];
    case 'awaiting-approval': {
      const waits = `waits for approval until ${approveBy?.slice(0, 16).replace('T', ' ')} (UTC), asked for by ${requestedBy.name}`;
      const how = `headroom optimize approve ${runId} --project ${project}`;
      return [...planReport(run, look), ...wrapped(`Run ${runId} ${waits}: \`${how}\` lets it begin.`, width)];
    }
    default:
      return runReport(run, look);
  }
}

/** What a run came to so far: each step, both sides in a table and a plot, and the targets. */
export function runReport(run: OptimizationRun, look: Look): string[] {
  const { colours, width } = look;
  const { result, drifted = [] } = run;
  const isOver = result !== undefined;
  const colour = run.status === 'completed' ? colours.green : isOver ? colours.red : colours.yellow;
  const about = isOver ? run.reason : [percentage(run.progressPercent), run.detail].filter(Boolean).join(', ');
  return [
    `${colours.bold('Run')} ${run.runId} ${colour(run.status)}${about === undefined ? '' : `: ${about}`}`,
    ...run.steps.flatMap(({ name, status, detail }) => {
      const colour = status === 'kept' ? colours.green : status === 'skipped' ? colours.dim : colours.yellow;
      return [
        `  ${colour(status.padEnd(11))} ${name}`,
        ...(detail === undefined ? [] : wrapped(detail, width, '              ')),
      ];
    }),
    ...run.conflicts.flatMap((conflict) => standing('conflict', conflict, look)),
    ...drifted.flatMap((drift) => standing('drifted', drift, look)),
    ...(result === undefined ? [] : resultLines(result, look)),
  ];
}

/** What is not as the run left it, or was to put it back. */
const standing = (
  what: 'conflict' | 'drifted',
  { change, detail }: { change: Change; detail: string },
  { colours, width }: Look,
): string[] => wrapped(`${what}: ${changePlace(change)}: ${detail}`, width, '  ', '    ').map(colours.yellow);

function resultLines(
  { performanceImprovementPercent, interval, performanceComparison, targets = [] }: RunResult,
  look: Look,
): string[] {
  const { colours } = look;
  return [
    ...(performanceImprovementPercent === undefined || interval === undefined
      ? []
      : [
          `${colours.bold('Together')} response times ${decimal(performanceImprovementPercent)} % shorter (95 %: ${decimal(interval.lowPercent)} to ${decimal(interval.highPercent)} %)`,
        ]),
    ...(performanceComparison === undefined
      ? []
      : [...comparisonTable(performanceComparison, look), ...distributionPlot(performanceComparison, look)]),
    ...(targets.length === 0
      ? []
      : [
          colours.bold('Targets'),
          ...textTable(
            ['left', 'left', 'right', 'right', 'right'],
            targets.map(({ metric, target, before, measured, isMet }) => [
              isMet === undefined ? colours.dim('unknown') : isMet ? colours.green('met') : colours.red('missed'),
              metric,
              before === undefined ? '' : decimal(before),
              measured === undefined ? 'not measured' : decimal(measured),
              `of ${decimal(target)}`,
            ]),
          ),
        ]),
  ];
}

function comparisonTable(comparison: PerformanceComparison, { colours }: Look): string[] {
  const { responseTime, p95ResponseTime, throughput, errorRate, resourceUsage, cost } = comparison;
  const row = (name: string, before: number, after: number, unit: string): string[] => [
    name,
    `${decimal(before)} ${unit}`,
    `${decimal(after)} ${unit}`,
    before === 0 ? '' : `${after < before ? '-' : '+'}${percentage(Math.abs((100 * (after - before)) / before))}`,
  ];
  const usage = (name: string, sides: { before: number; after: number } | undefined, unit: string): string[][] =>
    sides === undefined ? [] : [row(name, sides.before, sides.after, unit)];
  return textTable(
    ['left', 'right', 'right', 'right'],
    [
      ['', colours.dim('before'), colours.dim('after'), colours.dim('change')],
      row('response time', responseTime.beforeMs, responseTime.afterMs, 'ms'),
      row('95th percentile', p95ResponseTime.beforeMs, p95ResponseTime.afterMs, 'ms'),
      row('throughput', throughput.beforeRequestsPerSecond, throughput.afterRequestsPerSecond, '/s'),
      row('errors', errorRate.beforePercent, errorRate.afterPercent, '%'),
      ...usage('CPU', resourceUsage?.cpuPercent, '%'),
      ...usage('memory', resourceUsage?.memoryMb, 'MB'),
      ...(cost === undefined ? [] : [row('cost a month', cost.beforeUsdPerMonth, cost.afterUsdPerMonth, 'USD')]),
    ],
  );
}

/** Both sides, slice by slice, from the fastest to the slowest. */
function distributionPlot({ slices }: PerformanceComparison, look: Look): string[] {
  if (slices === undefined || slices.beforeMs.length < 2) return [];
  const line = (times: readonly number[]) =>
    times.map((y, at) => ({ x: (100 * at) / Math.max(1, times.length - 1), y }));
  return terminalPlot(
    {
      title: 'Mean response times of the slices, ms: after, and before as points',
      lines: [line(slices.afterMs)],
      points: line(slices.beforeMs),
      x: { label: '% of slices', ticks: niceTicks, format: (value) => decimal(value) },
      y: { ticks: niceTicks, format: (value) => decimal(value) },
      yRange: [0, 0],
    },
    look,
  );
}
