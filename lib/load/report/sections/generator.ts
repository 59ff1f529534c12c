import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { figure } from '../../../pages/figures.ts';
import { generatorVerdicts } from '../../../pages/load-words.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import { facts, section } from '../../../pages/table.ts';

/** Whether the figures can be believed, and what they rest on. */
export function generatorSection({ generator }: LoadTestResult): Markup | undefined {
  const { verdict, reasons, lostShards, handOvers } = generator;
  return section(
    'generator',
    'The load generator',
    facts([
      [
        'Verdict',
        markup`<span class="verdict ${verdict === 'ok' ? 'good' : 'doubtful'}">${generatorVerdicts[verdict]}</span>`,
      ],
      ['Workers', figure(generator.workers, 'count')],
      ['Workers lost', lostShards.length === 0 ? undefined : figure(lostShards.length, 'count')],
      ['Between the first and the last to begin', figure(generator.startSkewMs, 'ms')],
      ['Lag of sends, p99', generator.lagP99Ms === undefined ? undefined : figure(generator.lagP99Ms, 'ms')],
      ['Lag of sends, most', figure(generator.lagMaxMs, 'ms')],
      ['Event loop, at most busy', figure(generator.peakEventLoopUtilizationPercent, 'percent')],
      ['CPU of the busiest worker', markup`${figure(generator.peakCpuPercent, 'percent')} of a core`],
      ['Hand-overs', handOvers === undefined ? undefined : figure(handOvers, 'count')],
    ]),
    verdict !== 'ok' && reasons.length > 0
      ? markup`<ul>${reasons.map((each) => markup`<li>${each}</li>`)}</ul>`
      : undefined,
  );
}

/** The service's own, from its telemetry. */
export function resourceSection({ resourceUsage: usage }: LoadTestResult): Markup | undefined {
  if (usage === undefined) return undefined;
  const known = (value: number | undefined): Markup | undefined =>
    value === undefined ? undefined : figure(value, 'percent');
  return section(
    'resources',
    'The service’s own resources',
    facts([
      ['CPU, mean', known(usage.avgCpuPercent)],
      ['CPU, peak', known(usage.peakCpuPercent)],
      ['Memory, mean', known(usage.avgMemoryPercent)],
      ['Memory, peak', known(usage.peakMemoryPercent)],
    ]),
  );
}
