import type { LoadTest, LoadTestSummary } from '../../contracts/load.ts';
import { loadInWords, testKind } from '../../pages/load-words.ts';
import { unmeasured } from '../../pages/units.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { Moment } from '../components/moment.tsx';
import { GeneratorBadge, isUnderWay, StatusBadge } from './test-state.tsx';

/** A test of the list, with its figures as soon as they are known. */
export interface ListedTest {
  summary: LoadTestSummary;
  test: LoadTest | undefined;
}

interface TestsTableProps {
  rows: readonly ListedTest[];
  /** Ids of those that are to be compared. */
  chosen: readonly string[];
  onChosen: (chosen: readonly string[]) => void;
}

export const TestsTable = ({ rows, chosen, onChosen }: TestsTableProps) => (
  <DataTable
    caption="Load tests"
    columns={[choosing(chosen, onChosen), ...columns]}
    rows={rows}
    rowKey={({ summary }) => summary.testId}
  />
);

/** Two of them: who chooses a third lets go of the one that was chosen first. */
const choosing = (chosen: readonly string[], onChosen: TestsTableProps['onChosen']): Column<ListedTest> => ({
  header: 'Compare',
  cell: ({ summary: { testId, kind, createdAt } }) => (
    <input
      type="checkbox"
      aria-label={`Compare the ${testKind(kind)} of ${new Date(createdAt).toLocaleString()}`}
      checked={chosen.includes(testId)}
      onChange={({ currentTarget }) =>
        onChosen(currentTarget.checked ? [...chosen, testId].slice(-2) : chosen.filter((one) => one !== testId))
      }
    />
  ),
});

const latest = ({ summary, test }: ListedTest): LoadTestSummary => test ?? summary;

const columns: readonly Column<ListedTest>[] = [
  {
    header: 'Test',
    sortBy: ({ summary }) => summary.kind,
    cell: ({ summary: { kind, project, testId }, test }) => (
      <>
        <a href={`/dashboard/projects/${project}/load-tests/${testId}`}>
          <b>{testKind(kind)}</b>
        </a>
        <small class="note">{test === undefined ? '' : ` ${loadInWords(test.request)}`}</small>
      </>
    ),
  },
  {
    header: 'Status',
    sortBy: (row) => latest(row).status,
    cell: (row) => {
      const { status, progressPercent, phase, reason } = latest(row);
      const is = isUnderWay({ status });
      return (
        <>
          <StatusBadge status={status} />
          <small class="note" title={reason}>
            {is ? ` ${Math.floor(progressPercent)} %${phase === undefined ? '' : `, ${phase}`}` : ''}
          </small>
        </>
      );
    },
  },
  {
    header: 'Started',
    sortBy: ({ summary }) => summary.createdAt,
    cell: ({ summary }) => <Moment at={summary.startedAt ?? summary.createdAt} />,
  },
  figureColumn('Throughput', 'perSecond', ({ test }) => test?.result?.performanceMetrics.requestsPerSecond),
  figureColumn('p95', 'ms', ({ test }) => test?.result?.performanceMetrics.p95ResponseTimeMs),
  figureColumn('Successful', 'percent', ({ test }) => test?.result?.successRatePercent),
  {
    header: 'Generator',
    cell: ({ test }) =>
      test?.result === undefined ? (
        <span class="none">{unmeasured}</span>
      ) : (
        <GeneratorBadge verdict={test.result.generator.verdict} />
      ),
  },
];
