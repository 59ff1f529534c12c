import type { LatencySummary, LoadTestResult, Timing } from '../../../contracts/load-result.ts';
import { figure } from '../../../pages/figures.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import type { Plot } from '../../../pages/plot.ts';
import { plotPlaces } from '../../../pages/plot-places.ts';
import { section, table } from '../../../pages/table.ts';

const number = 'number' as const;

const rows: readonly (readonly [name: string, field: keyof LatencySummary])[] = [
  ['min', 'minResponseTimeMs'],
  ['mean', 'avgResponseTimeMs'],
  ['p50', 'p50ResponseTimeMs'],
  ['p75', 'p75ResponseTimeMs'],
  ['p90', 'p90ResponseTimeMs'],
  ['p95', 'p95ResponseTimeMs'],
  ['p99', 'p99ResponseTimeMs'],
  ['p99.9', 'p999ResponseTimeMs'],
  ['max', 'maxResponseTimeMs'],
];

export function latencySection(
  { performanceMetrics, totalRequests, connections }: LoadTestResult,
  plots: readonly Plot[],
): Markup | undefined {
  if (totalRequests === 0) return undefined;
  const columns = [
    { label: '' },
    { label: 'Response time, ms', kind: number },
    { label: 'Service time, ms', kind: number },
  ];
  const { serviceTime } = performanceMetrics;
  return section(
    'latency',
    'Response times',
    markup`<div class="beside">${plotPlaces(plots, ['histogram'])}<div>${table(
      'Response times',
      columns,
      rows.map(([name, field]) => ({
        cells: [name, figure(performanceMetrics[field], 'bare'), figure(serviceTime[field], 'bare')],
      })),
    )}
<p class="note">Response time runs from when a request was meant to be sent, service time from when it was.</p></div></div>`,
    connections && connectionTable(connections),
  );
}

function connectionTable({
  opened,
  tlsResumed,
  connect,
  tls,
  firstByte,
}: NonNullable<LoadTestResult['connections']>): Markup {
  const timings: readonly (readonly [string, Timing | undefined])[] = [
    ['Connect', connect],
    ['TLS handshake', tls],
    ['First byte', firstByte],
  ];
  const columns = [
    { label: '' },
    ...['Mean, ms', 'p50, ms', 'p95, ms', 'Max, ms'].map((label) => ({ label, kind: number })),
  ];
  const measured = timings.flatMap(([name, timing]) =>
    timing === undefined
      ? []
      : [
          {
            cells: [
              name,
              ...[timing.avgMs, timing.p50Ms, timing.p95Ms, timing.maxMs].map((value) => figure(value, 'bare')),
            ],
          },
        ],
  );
  return markup`<h3>Connections</h3>
${measured.length === 0 ? undefined : table('Connections', columns, measured)}
<p class="note">${figure(opened, 'count')} opened, ${figure(tlsResumed, 'count')} of them with a TLS session resumed.</p>`;
}
