import type { HistoryMetric, Resolution } from '../../contracts/telemetry-history.ts';
import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { TimePlot } from '../plots/time-plot.tsx';
import { useApi } from '../session/session.tsx';
import { type Drawing, drawings } from './drawings.ts';
import { type ServiceEvents, serviceEvents } from './events.ts';
import { type Histories, histories } from './histories.ts';

const everyMs = 30_000;
const eventsEveryMs = 120_000;
const noEvents: ServiceEvents = { changes: [], levels: new Map() };
const plotHeightPx = 340;
const metrics = [...new Set(drawings.flatMap(({ series }) => series.map(({ metric }) => metric)))];

interface OverTimeProps {
  project: string;
  minutes: number;
  /** Undefined: the finest with some hundred points. */
  resolution: Resolution | undefined;
}

/** The figures of a service, below each other along one time. */
export function OverTime({ project, minutes, resolution }: OverTimeProps) {
  const api = useApi();
  const key = [project, minutes, resolution];
  const figures = usePolled((signal) => histories(api, metrics, { project, minutes, resolution }, signal), key, {
    everyMs,
  });
  // They take longer to find, and are rare.
  const events = usePolled((signal) => serviceEvents(api, { project, minutes, resolution }, signal), key, {
    everyMs: eventsEveryMs,
  });
  return (
    <div class="cards two">
      {drawings.map((drawing) => (
        <Card key={drawing.name} title={drawing.title}>
          <Loaded of={figures} skeleton={<Skeleton heightPx={plotHeightPx} />}>
            {(known) => <Drawn drawing={drawing} figures={known} events={events.data ?? noEvents} />}
          </Loaded>
        </Card>
      ))}
    </div>
  );
}

interface DrawnProps {
  drawing: Drawing;
  figures: Histories<HistoryMetric>;
  events: ServiceEvents;
}

function Drawn({ drawing: { series, marksOf, ...drawing }, figures, events: { changes, levels } }: DrawnProps) {
  const drawn = series.map(({ metric, ...one }) => ({ ...one, points: figures[metric] }));
  if (drawn.every(({ points }) => points.length === 0)) {
    return (
      <div class="no-plot">
        <Empty title="Nothing was measured in this time" />
      </div>
    );
  }
  const marks = [...changes, ...(marksOf === undefined ? [] : (levels.get(marksOf) ?? []))];
  return (
    <TimePlot
      {...drawing}
      isTitled={false}
      series={drawn}
      marks={marks}
      from={figures.from}
      to={figures.to}
      stepSeconds={stepSeconds[figures.resolution]}
    />
  );
}

const stepSeconds = { minute: 60, hour: 3_600, day: 86_400 } as const;
