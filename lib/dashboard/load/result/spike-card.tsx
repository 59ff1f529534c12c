import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { formats } from '../../../pages/units.ts';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { Figure } from '../../components/figure.tsx';

/** How the target bore a sudden load, and how long it took to be itself again. */
export function SpikeCard({ result: { spike } }: { result: LoadTestResult }) {
  if (spike === undefined) return null;
  const { baseP95ResponseTimeMs, spikeP95ResponseTimeMs, peakP95ResponseTimeMs, spikeErrorRatePercent } = spike;
  return (
    <Card title="The spike">
      <Facts
        of={[
          ['p95 before it', <Figure value={baseP95ResponseTimeMs} unit="ms" />],
          ['p95 during it', <Figure value={spikeP95ResponseTimeMs} unit="ms" />],
          ['p95 of the worst interval', <Figure value={peakP95ResponseTimeMs} unit="ms" />],
          ['Errors during it', <Figure value={spikeErrorRatePercent} unit="percent" />],
          [
            'Recovered',
            spike.recoverySeconds === null
              ? 'not within the test'
              : `${formats.duration(spike.recoverySeconds)} after its end`,
          ],
        ]}
      />
    </Card>
  );
}
