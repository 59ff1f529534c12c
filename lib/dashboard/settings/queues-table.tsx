import type { QueueStatus } from '../../contracts/status.ts';
import { formats, unmeasured } from '../../pages/units.ts';
import { type Column, DataTable } from '../components/data-table.tsx';

export const QueuesTable = ({ queues }: { queues: readonly QueueStatus[] }) => (
  <DataTable caption="Queues" columns={columns} rows={queues} rowKey={({ queue }) => queue} />
);

const counted = (header: string, of: (queue: QueueStatus) => number | undefined): Column<QueueStatus> => ({
  header,
  kind: 'number',
  sortBy: of,
  cell: (queue) => {
    const value = of(queue);
    return value === undefined ? <span class="none">{unmeasured}</span> : formats.count(value);
  },
});

const columns: readonly Column<QueueStatus>[] = [
  { header: 'Queue', sortBy: ({ queue }) => queue, cell: ({ queue }) => <b>{queue}</b> },
  counted('Waiting', ({ waiting }) => waiting),
  counted('Delayed', ({ delayed }) => delayed),
  counted('At work', ({ inFlight }) => inFlight),
  {
    header: 'Oldest',
    kind: 'number',
    sortBy: ({ oldestAgeSeconds }) => oldestAgeSeconds,
    cell: ({ oldestAgeSeconds: age }) =>
      age === undefined ? <span class="none">{unmeasured}</span> : formats.duration(age),
  },
  {
    ...counted('Dead', ({ deadLetters }) => deadLetters),
    cell: ({ deadLetters }) => (deadLetters === 0 ? '0' : <b class="doubtful">{formats.count(deadLetters)}</b>),
  },
];
