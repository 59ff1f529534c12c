import type { Budget } from '../../contracts/budgets.ts';
import { formats } from '../../pages/units.ts';
import { usePolled } from '../api/use-polled.ts';
import { Badge, SeverityBadge, type Tone } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { useApi } from '../session/session.tsx';
import { ProjectFrame } from './project-frame.tsx';

const everyMs = 60_000;

export default function ObjectivesPage({ project }: { project: string }) {
  const api = useApi();
  const budgets = usePolled((signal) => api.call('getBudgets', { params: { project }, signal }), [project], {
    everyMs,
  });
  return (
    <ProjectFrame project={project} hasRange={false}>
      <Card title="Objectives and their error budgets">
        <Loaded of={budgets}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="This project has no objectives" />
            ) : (
              <DataTable
                caption="Objectives"
                columns={columns}
                rows={items}
                rowKey={({ description, windowDays }) => `${description} ${windowDays}`}
              />
            )
          }
        </Loaded>
      </Card>
    </ProjectFrame>
  );
}

const statuses: Record<Budget['status'], { tone: Tone; words: string }> = {
  met: { tone: 'good', words: 'met' },
  missed: { tone: 'bad', words: 'missed' },
  'not-enough-data': { tone: 'plain', words: 'not enough data' },
};

/** The gravest of the burn rates that are too high now. */
const burning = ({ burnRates = [] }: Budget) => burnRates.find(({ fires }) => fires);

const columns: readonly Column<Budget>[] = [
  {
    header: 'Objective',
    cell: ({ description }) => <b>{description}</b>,
  },
  {
    header: 'State',
    cell: ({ status, reason }) => (
      <>
        <Badge tone={statuses[status].tone}>{statuses[status].words}</Badge>{' '}
        {reason !== undefined && <span class="note">{reason}</span>}
      </>
    ),
  },
  {
    header: 'Measured',
    kind: 'number',
    cell: ({ value, unit = '' }) => (value === undefined ? '–' : `${formats.bare(value)} ${unit}`),
  },
  {
    header: 'Budget left',
    kind: 'number',
    cell: ({ errorBudget }) => {
      if (errorBudget === undefined) return '–';
      const { remainingPercent: left } = errorBudget;
      return (
        <span class="budget">
          <meter aria-label="Budget left" min={0} max={100} low={20} optimum={100} value={Math.max(0, left)} />
          {left < 0 ? 'spent' : formats.percent(left)}
        </span>
      );
    },
  },
  {
    header: 'Spent too fast',
    cell: (budget) => {
      const burn = burning(budget);
      if (budget.burnRates === undefined) return <span class="none">–</span>;
      if (burn === undefined) return 'no';
      return (
        <span class="unbroken">
          <SeverityBadge severity={burn.severity} />{' '}
          {burn.long.burnRate !== undefined && `${formats.bare(burn.long.burnRate)} times`}
        </span>
      );
    },
  },
  {
    header: 'Lasts for',
    kind: 'number',
    cell: ({ timeToExhaustionSeconds: seconds }) => (seconds === undefined ? '–' : formats.duration(seconds)),
  },
];
