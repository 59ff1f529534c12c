import type { Drift, LoadTestResult } from '../../../contracts/load-result.ts';
import { figure } from '../../../pages/figures.ts';
import { pInWords } from '../../../pages/load-plots/drift.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import type { Plot } from '../../../pages/plot.ts';
import { plotPlaces } from '../../../pages/plot-places.ts';
import { facts, section, table } from '../../../pages/table.ts';

/** How the target bore a sudden load, and how long it took to be itself again. */
export function spikeSection({ spike }: LoadTestResult): Markup | undefined {
  if (spike === undefined) return undefined;
  return section(
    'spike',
    'The spike',
    facts([
      ['p95 before it', figure(spike.baseP95ResponseTimeMs, 'ms')],
      ['p95 during it', figure(spike.spikeP95ResponseTimeMs, 'ms')],
      ['p95 of the worst interval', figure(spike.peakP95ResponseTimeMs, 'ms')],
      ['Errors during it', figure(spike.spikeErrorRatePercent, 'percent')],
      [
        'Recovered',
        spike.recoverySeconds === null
          ? 'not within the test'
          : markup`${figure(spike.recoverySeconds, 'duration')} after its end`,
      ],
    ]),
  );
}

const drifting: readonly (readonly [
  name: string,
  of: 'responseTime' | 'errorRate' | 'throughput' | 'memory',
  wanted: Drift['direction'] | undefined,
])[] = [
  ['Response time', 'responseTime', 'falling'],
  ['Errors', 'errorRate', 'falling'],
  ['Throughput', 'throughput', 'rising'],
  ['Memory of the service', 'memory', 'falling'],
];

/** What changed while the load did not. */
export function enduranceSection({ endurance }: LoadTestResult, plots: readonly Plot[]): Markup | undefined {
  if (endurance === undefined) return undefined;
  const rows = drifting.map(([name, of, wanted]) => {
    const { direction, changePercent, pValue } = endurance[of];
    const isSettled = direction === 'stable' || direction === 'unknown';
    const tone = isSettled ? '' : direction === wanted ? 'good' : 'bad';
    return {
      cells: [
        name,
        markup`<span class="verdict ${tone}">${direction}</span>`,
        figure(changePercent, 'change'),
        pValue === undefined ? figure(undefined, 'bare') : markup`<data value="${pValue}">${pInWords(pValue)}</data>`,
      ],
    };
  });
  const columns = [
    { label: '' },
    { label: 'Trend' },
    { label: 'Over the test', kind: 'number' as const },
    { label: 'p (Mann-Kendall)', kind: 'number' as const },
  ];
  return section('endurance', 'Drift', table('Drift', columns, rows), plotPlaces(plots, ['drift']));
}
