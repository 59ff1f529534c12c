import { decimal, significant } from '../../../contracts/figures.ts';
import type { Capacity, LoadTestResult } from '../../../contracts/load-result.ts';
import { stressSteps } from '../../../pages/load-plots/stress.ts';
import { bottlenecks } from '../../../pages/load-words.ts';
import type { Plot } from '../../../pages/plot.ts';
import { formats, type Unit } from '../../../pages/units.ts';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { Figure } from '../../components/figure.tsx';
import { Plots } from '../../plots/plots.tsx';
import { StepsTable } from './steps-table.tsx';

/** Where the target gives way, and how throughput grows until there. */
export function StressCard({ result, plots }: { result: LoadTestResult; plots: readonly Plot[] }) {
  const steps = stressSteps(result);
  const { breakingPoint, breakingPointAnalysis: analysis, performanceDegradation: worse } = result;
  if (steps.length === 0 && analysis === undefined) return null;
  const level: Unit = steps.some(({ users }) => users !== undefined) || steps.length === 0 ? 'users' : 'perSecond';
  const levelOr = (value: number | null, absent: string) =>
    value === null ? absent : <Figure value={value} unit={level} />;
  return (
    <Card title="Capacity">
      <div class="plots two">
        <Plots of={plots} names={['stress-throughput', 'stress-response-times']} />
      </div>
      <Facts
        of={[
          [
            'Breaking point',
            breakingPoint === undefined ? undefined : levelOr(breakingPoint, 'bore all that was tried'),
          ],
          ['First failures at', analysis && levelOr(analysis.firstFailureUsers, 'none')],
          ['Throughput stopped rising at', analysis && levelOr(analysis.overloadUsers, 'not reached')],
          ['What gave way', analysis && bottlenecks[analysis.primaryBottleneck]],
          ['Scarce resource', analysis && [analysis.resourceConstraint, analysis.evidence].filter(Boolean).join(': ')],
          [
            'Response time at the highest level',
            worse?.responseTimeIncreasePercent === undefined
              ? undefined
              : `${formats.change(worse.responseTimeIncreasePercent)} on the first`,
          ],
          [
            'Throughput at the highest level',
            worse && `${formats.percent(worse.throughputDecreasePercent)} below the best`,
          ],
          ['Errors at the highest level', worse && formats.percent(worse.errorRateAtPeakPercent)],
        ]}
      />
      {result.capacity === undefined ? (
        result.capacityUnknown !== undefined && <p class="note">No capacity is claimed: {result.capacityUnknown}</p>
      ) : (
        <CapacityFacts capacity={result.capacity} />
      )}
      {steps.length > 0 && <StepsTable caption="Steps of the stress test, by load" steps={steps} />}
    </Card>
  );
}

const between = ({ low, high }: { low: number; high: number }, digits: (value: number) => string) => (
  <small class="note">
    {digits(low)} to {digits(high)}
  </small>
);

/** The parameters of the fitted curve, each with its interval. */
function CapacityFacts({ capacity }: { capacity: Capacity }) {
  const { lambda, sigma, kappa, maxUsers, maxRequestsPerSecond, rSquared, interval, kneeUsers } = capacity;
  return (
    <>
      <h3>Universal Scalability Law</h3>
      <Facts
        of={[
          [
            'Peak at',
            maxUsers === undefined ? (
              'the curve has none'
            ) : (
              <>
                {formats.users(maxUsers)} {interval.maxUsers && between(interval.maxUsers, formats.count)}
              </>
            ),
          ],
          [
            'Throughput there',
            maxRequestsPerSecond === undefined ? undefined : formats.perSecond(maxRequestsPerSecond),
          ],
          [
            'One user alone (λ)',
            <>
              {formats.perSecond(lambda)} {between(interval.lambda, decimal)}
            </>,
          ],
          [
            'Contention (σ)',
            <>
              {significant(sigma)} {between(interval.sigma, significant)}
            </>,
          ],
          [
            'Coherency (κ)',
            <>
              {significant(kappa)} {between(interval.kappa, significant)}
            </>,
          ],
          ['Knee (Kneedle)', kneeUsers === undefined ? undefined : formats.users(kneeUsers)],
          ['R²', significant(rSquared)],
        ]}
      />
      <p class="note">Intervals are of 95 %.</p>
    </>
  );
}
