import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { generatorVerdicts } from '../../../pages/load-words.ts';
import { formats } from '../../../pages/units.ts';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { GeneratorBadge } from '../test-state.tsx';

const percentOr = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : formats.percent(value);

/** Whether the figures can be believed, what they rest on, and what the service itself had left. */
export function GeneratorCard({ result: { generator, resourceUsage: usage } }: { result: LoadTestResult }) {
  const { verdict, workers, startSkewMs, lagP99Ms, lagMaxMs, lostShards, handOvers } = generator;
  return (
    <div class="cards two">
      <Card title="The load generator" actions={<GeneratorBadge verdict={verdict} />}>
        <p>It {generatorVerdicts[verdict]}.</p>
        <Facts
          of={[
            ['Workers', formats.count(workers)],
            ['Workers lost', lostShards.length === 0 ? undefined : formats.count(lostShards.length)],
            ['Between the first and the last to begin', formats.ms(startSkewMs)],
            ['Lag of sends, p99', lagP99Ms === undefined ? undefined : formats.ms(lagP99Ms)],
            ['Lag of sends, most', formats.ms(lagMaxMs)],
            ['Event loop, at most busy', formats.percent(generator.peakEventLoopUtilizationPercent)],
            ['CPU of the busiest worker', `${formats.percent(generator.peakCpuPercent)} of a core`],
            ['Hand-overs', handOvers === undefined ? undefined : formats.count(handOvers)],
          ]}
        />
      </Card>
      <Card title="The service’s own resources">
        {usage === undefined ? (
          <p class="note">It reported none meanwhile: a service with the SDK does.</p>
        ) : (
          <Facts
            of={[
              ['CPU, mean', percentOr(usage.avgCpuPercent)],
              ['CPU, peak', percentOr(usage.peakCpuPercent)],
              ['Memory, mean', percentOr(usage.avgMemoryPercent)],
              ['Memory, peak', percentOr(usage.peakMemoryPercent)],
            ]}
          />
        )}
      </Card>
    </div>
  );
}
