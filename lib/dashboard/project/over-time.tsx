import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { TimePlot } from '../plots/time-plot.tsx';
import { useApi } from '../session/session.tsx';
import { histories } from './histories.ts';

const metrics = ['requestsPerSecond', 'p50ResponseTimeMs', 'p95ResponseTimeMs', 'p99ResponseTimeMs'] as const;
const plotHeightPx = 320;

export function OverTime({ project, minutes }: { project: string; minutes: number }) {
  const api = useApi();
  const history = usePolled((signal) => histories(api, metrics, { project, minutes }, signal), [project, minutes], {
    everyMs: 30_000,
  });
  return (
    <div class="cards two">
      <Card title="Response time">
        <Loaded of={history} skeleton={<Skeleton heightPx={plotHeightPx} />}>
          {({ p50ResponseTimeMs, p95ResponseTimeMs, p99ResponseTimeMs, from, to }) => (
            <TimePlot
              name="response-time"
              title="Response time (ms)"
              from={from}
              to={to}
              series={[
                { label: 'p50', unit: 'ms', colour: 'third', shape: 'line', points: p50ResponseTimeMs },
                { label: 'p95', unit: 'ms', colour: 'first', shape: 'line', points: p95ResponseTimeMs },
                { label: 'p99', unit: 'ms', colour: 'second', shape: 'line', points: p99ResponseTimeMs },
              ]}
              bands={[{ upper: 2, lower: 0 }]}
            />
          )}
        </Loaded>
      </Card>
      <Card title="Throughput">
        <Loaded of={history} skeleton={<Skeleton heightPx={plotHeightPx} />}>
          {({ requestsPerSecond, from, to }) => (
            <TimePlot
              name="throughput"
              title="Requests per second"
              from={from}
              to={to}
              series={[
                { label: 'requests', unit: 'perSecond', colour: 'first', shape: 'area', points: requestsPerSecond },
              ]}
            />
          )}
        </Loaded>
      </Card>
    </div>
  );
}
