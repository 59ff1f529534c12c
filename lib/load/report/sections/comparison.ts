import type { Comparison, ComparisonResult } from '../../../contracts/comparisons.ts';
import { decimal } from '../../../contracts/figures.ts';
import { banner } from '../../../pages/banner.ts';
import { figure } from '../../../pages/figures.ts';
import { configurationColours } from '../../../pages/load-plots/rounds.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import { type Column, facts, section, table } from '../../../pages/table.ts';
import { formats } from '../../../pages/units.ts';

const number = 'number' as const;

/** Who won and by how much, or why nobody did. */
export function winnerBanner({ bestConfiguration: best, noWinner }: ComparisonResult): Markup {
  if (best === null) {
    return banner({ tone: 'plain', title: 'No winner.', text: noWinner ?? 'The differences are too small to tell.' });
  }
  const { name, improvementPercent, interval, advantages } = best;
  const by = figure(improvementPercent, 'percent');
  const between = markup`${figure(interval.lowPercent, 'percent')} to ${figure(interval.highPercent, 'percent')}`;
  return banner({
    tone: 'good',
    title: markup`${name} is the best:`,
    text: markup`its mean response time is ${by} better than the next best’s (95 %: ${between}).
${advantages.length === 0 ? undefined : markup`<ul>${advantages.map((each) => markup`<li>${each}</li>`)}</ul>`}`,
  });
}

const columns: readonly Column[] = [
  { label: 'Configuration', kind: 'long' },
  ...[
    'Mean, ms',
    'p50, ms',
    'p95, ms',
    'p99, ms',
    'Per second',
    'Successful, %',
    'Varies by, %',
    'Score',
    'Requests',
  ].map((label) => ({ label, kind: number })),
];

/** The configurations side by side. */
export function configurationSection({ results, bestConfiguration }: ComparisonResult): Markup | undefined {
  const rows = Object.entries(results).map(([name, of]) => ({
    tone: name === bestConfiguration?.name ? ('total' as const) : undefined,
    cells: [
      name,
      figure(of.avgResponseTimeMs, 'bare'),
      figure(of.p50ResponseTimeMs, 'bare'),
      figure(of.p95ResponseTimeMs, 'bare'),
      figure(of.p99ResponseTimeMs, 'bare'),
      figure(of.requestsPerSecond, 'bare'),
      figure(of.successRatePercent, 'barePercent'),
      figure(of.coefficientOfVariationPercent, 'bare'),
      figure(of.performanceScore, 'bare'),
      figure(of.requests, 'bareCount'),
    ],
  }));
  return rows.length === 0
    ? undefined
    : section('configurations', 'Configurations', table('Configurations', columns, rows), roundStrips(results));
}

/** Each round's mean as a dot, on one scale for all: how far the configurations lie apart, and how far their own rounds do. */
function roundStrips(results: ComparisonResult['results']): Markup | undefined {
  const strips = Object.entries(results).map(([name, { slices, avgResponseTimeMs }]) => ({
    name,
    mean: avgResponseTimeMs,
    rounds: slices.flatMap(({ avgResponseTimeMs: ms }) => ms ?? []),
  }));
  const all = strips.flatMap(({ rounds, mean }) => [...rounds, ...(mean === undefined ? [] : [mean])]);
  if (all.length === 0) return undefined;
  const low = Math.min(...all);
  const width = Math.max(...all) - low || 1;
  // A margin on both sides, so that no dot is cut.
  const at = (ms: number): string => `${(3 + (94 * (ms - low)) / width).toFixed(2)}%`;
  return markup`
<figure class="strips"><figcaption>Mean response time of each round, ms<span class="note">The upright line is the mean of all.</span></figcaption>
${strips.map(
  (
    { name, rounds, mean },
    index,
  ) => markup`<div class="strip"><span>${name}</span><svg class="${configurationColours[index]}" role="img" aria-label="${name}: ${rounds.length} rounds, from ${formats.ms(Math.min(...rounds))} to ${formats.ms(Math.max(...rounds))}" height="26">
<line class="base" x1="0" x2="100%" y1="13" y2="13"/>
${rounds.map((ms) => markup`<circle cx="${at(ms)}" cy="13" r="4.5"><title>${formats.ms(ms)}</title></circle>`)}
${mean === undefined ? undefined : markup`<line class="mean" x1="${at(mean)}" x2="${at(mean)}" y1="2" y2="24"/>`}
</svg></div>`,
)}
<div class="strip ends"><span></span><span><data value="${low}">${decimal(low)}</data><data value="${low + width}">${decimal(low + width)}</data></span></div></figure>`;
}

export function analysisSection({
  detailedAnalysis: of,
  rounds,
  testDurationSeconds,
}: ComparisonResult): Markup | undefined {
  return section(
    'analysis',
    'In short',
    facts([
      ['Biggest gain', of.biggestGain ?? 'none'],
      ['Most stable', of.mostStable ?? 'none'],
      ['Most efficient', of.mostEfficient ?? 'none'],
      ['Rounds', figure(rounds, 'count')],
      ['Duration', figure(testDurationSeconds, 'duration')],
    ]),
  );
}

/** What was compared, and under which load. */
export function comparedSection({ configurations, request }: Comparison): Markup | undefined {
  const { users, arrivalRate, durationSeconds, sliceSeconds, marginPercent } = request;
  const rows = configurations.map(({ name, project, baseUrl, description }) => ({
    cells: [name, project, baseUrl === undefined ? 'its own' : markup`<code>${baseUrl}</code>`, description],
  }));
  return section(
    'request',
    'What was asked for',
    facts([
      ['Load', arrivalRate === undefined ? formats.users(users ?? 10) : `${formats.perSecond(arrivalRate)} arrivals`],
      ['Duration of each', figure(durationSeconds, 'duration')],
      ['Slices', sliceSeconds === undefined ? undefined : figure(sliceSeconds, 'duration')],
      ['A winner is ahead by at least', figure(marginPercent, 'percent')],
    ]),
    table(
      'The configurations that were compared',
      [
        { label: 'Configuration' },
        { label: 'Project' },
        { label: 'Address', kind: 'long' },
        { label: '', kind: 'long' },
      ],
      rows,
    ),
  );
}
