import type { FunctionStatus } from '../../contracts/status.ts';
import { formats, type Unit, unmeasured } from '../../pages/units.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';

/** Of the last five minutes. */
export const FunctionsTable = ({ functions }: { functions: readonly FunctionStatus[] }) =>
  functions.length === 0 ? (
    <Empty title="None is told of">CloudWatch counts calls, and tells of them some minutes later.</Empty>
  ) : (
    <DataTable
      caption="Functions"
      columns={columns}
      rows={functions}
      rowKey={({ name }) => name}
      sorted={{ by: 'Calls', descending: true }}
    />
  );

const figure = (
  header: string,
  unit: Unit,
  of: (one: FunctionStatus) => number | undefined,
  isBad: (value: number) => boolean = () => false,
): Column<FunctionStatus> => ({
  header,
  kind: 'number',
  sortBy: of,
  cell: (one) => {
    const value = of(one);
    if (value === undefined) return <span class="none">{unmeasured}</span>;
    return isBad(value) ? <b class="bad">{formats[unit](value)}</b> : formats[unit](value);
  },
});

const isAny = (value: number): boolean => value > 0;

const columns: readonly Column<FunctionStatus>[] = [
  { header: 'Function', sortBy: ({ name }) => name, cell: ({ name }) => <b>{name}</b> },
  figure('Calls', 'count', ({ invocations }) => invocations),
  figure('Errors', 'count', ({ errors }) => errors, isAny),
  figure('Error rate', 'percent', ({ errorRatePercent }) => errorRatePercent, isAny),
  figure('Throttled', 'count', ({ throttles }) => throttles, isAny),
  figure('Took on average', 'ms', ({ avgDurationMs }) => avgDurationMs),
  figure('At most', 'ms', ({ maxDurationMs }) => maxDurationMs),
];
