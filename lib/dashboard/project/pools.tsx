import type { DatabaseView } from '../../contracts/telemetry-views.ts';
import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { Loaded } from '../components/loaded.tsx';
import { useApi } from '../session/session.tsx';

type Pool = DatabaseView['pools'][number];

const everyMs = 30_000;

/** The pools of connections to databases, with what could be done about them. */
export function Pools({ project, minutes }: { project: string; minutes: number }) {
  const api = useApi();
  const database = usePolled(
    (signal) => api.call('getDatabase', { params: { project }, query: { minutes }, signal }),
    [project, minutes],
    { everyMs },
  );
  return (
    <Card title="Connection pools">
      <Loaded of={database}>
        {({ pools }) =>
          pools.length === 0 ? (
            <Empty title="No pool of connections was reported in this time" />
          ) : (
            <>
              <DataTable
                caption="Connection pools"
                columns={columns}
                rows={pools}
                rowKey={({ pool, system }) => `${system} ${pool}`}
              />
              {pools.flatMap(({ pool, advice }) =>
                advice.map(({ finding, evidence, recommendation }) => (
                  <p key={`${pool} ${finding}`} class="advice">
                    <b>{pool}</b>: {recommendation} <span class="note">{evidence}</span>
                  </p>
                )),
              )}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

const columns: readonly Column<Pool>[] = [
  {
    header: 'Pool',
    cell: ({ pool, system }) => (
      <>
        <b>{pool}</b> <span class="note">{system}</span>
      </>
    ),
  },
  figureColumn('Size', 'count', (row) => row.size),
  figureColumn('In use, mean', 'bare', (row) => row.avgInUse),
  figureColumn('In use, most', 'count', (row) => row.peakInUse),
  figureColumn('Waiting, most', 'count', (row) => row.peakWaiting),
  figureColumn('Wait p95', 'ms', (row) => row.p95WaitMs),
  figureColumn('Full', 'percent', (row) => row.fullPercent),
  figureColumn('Time-outs', 'count', (row) => row.timeouts),
  figureColumn('Errors', 'count', (row) => row.errors),
];
