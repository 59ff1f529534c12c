import { useMemo } from 'preact/hooks';
import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { plotsOf } from '../../../pages/load-plots/plots.ts';
import { Card } from '../../components/card.tsx';
import { Plots } from '../../plots/plots.tsx';
import { CostCard } from './cost-card.tsx';
import { EnduranceCard } from './endurance-card.tsx';
import { ErrorsCard } from './errors-card.tsx';
import { GeneratorCard } from './generator-card.tsx';
import { KeyFigures } from './key-figures.tsx';
import { LatencyCard } from './latency-card.tsx';
import { ScenariosCard } from './scenarios-card.tsx';
import { SpikeCard } from './spike-card.tsx';
import { StressCard } from './stress-card.tsx';
import { ThresholdsCard } from './thresholds-card.tsx';

/** All that a test found, or has found so far. */
export function ResultCards({ result, isFinal }: { result: LoadTestResult; isFinal: boolean }) {
  const plots = useMemo(() => plotsOf(result), [result]);
  const { recommendations } = result;
  return (
    <>
      <KeyFigures result={result} />
      {recommendations.length > 0 && (
        <Card title="What to look at">
          <ul class="plain-list">
            {recommendations.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Card>
      )}
      <ThresholdsCard result={result} />
      <StressCard result={result} plots={plots} />
      <SpikeCard result={result} />
      <EnduranceCard result={result} plots={plots} />
      {result.timeline.length > 0 && (
        <Card title="Over time">
          <div class="plots">
            <Plots of={plots} names={['throughput', 'response-times', 'active-users']} />
          </div>
        </Card>
      )}
      {isFinal && <LatencyCard result={result} plots={plots} />}
      <ScenariosCard result={result} />
      <ErrorsCard result={result} />
      {isFinal && (
        <>
          <GeneratorCard result={result} />
          <CostCard cost={result.cost} />
        </>
      )}
    </>
  );
}
