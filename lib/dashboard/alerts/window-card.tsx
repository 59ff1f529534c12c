import type { Alert } from '../../contracts/alerts.ts';
import { Card } from '../components/card.tsx';
import { TimePlot, type TimePoint } from '../plots/time-plot.tsx';
import { plotUnitOf } from './alert-words.ts';

/** The course of the figure, and the limit that it is held against. */
export function WindowCard({ alert: { alertId, subject, unit, threshold, window, history } }: { alert: Alert }) {
  if (window === undefined) return null;
  const { metric = subject, from, stepSeconds, values } = window;
  const at = (step: number): string => new Date(Date.parse(from) + step * stepSeconds * 1000).toISOString();
  const points = values.flatMap((value, step): TimePoint[] => (value === null ? [] : [{ at: at(step), value }]));
  // One by itself has no course.
  if (points.length === 0 || values.length < 2) return null;
  const plotUnit = plotUnitOf(unit);
  const last = at(values.length - 1);
  const limit = threshold === undefined ? [] : values.map((_, step) => ({ at: at(step), value: threshold }));
  return (
    <Card title="How it came to this">
      <TimePlot
        key={alertId}
        name="alert-window"
        title={unit === undefined ? metric : `${metric} (${unit})`}
        from={from}
        to={last}
        series={[
          { label: metric, unit: plotUnit, colour: 'first', shape: 'linked-points', points },
          ...(limit.length === 0
            ? []
            : [{ label: 'limit', unit: plotUnit, colour: 'bad', shape: 'line', points: limit } as const]),
        ]}
        marks={history
          .filter((event) => event.at >= from && event.at <= last)
          .map((event) => ({ at: event.at, label: event.event }))}
      />
    </Card>
  );
}
