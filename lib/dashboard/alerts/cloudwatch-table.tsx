import type { CloudWatchAlarms } from '../../contracts/cloudwatch-alarms.ts';
import { unmeasured } from '../../pages/units.ts';
import { Badge, type Tone } from '../components/badge.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';

type Alarm = CloudWatchAlarms['alarms'][number];

export const CloudWatchTable = ({ alarms }: { alarms: readonly Alarm[] }) =>
  alarms.length === 0 ? (
    <Empty title="There is nothing to watch">Name the AWS resources of the project in its settings.</Empty>
  ) : (
    <DataTable caption="CloudWatch alarms" columns={columns} rows={alarms} rowKey={({ name }) => name} />
  );

const states: Record<NonNullable<Alarm['state']>, { words: string; tone: Tone }> = {
  OK: { words: 'fine', tone: 'good' },
  ALARM: { words: 'in alarm', tone: 'bad' },
  INSUFFICIENT_DATA: { words: 'no data', tone: 'plain' },
};

const drifts: Record<Exclude<Alarm['drift'], 'none'>, string> = {
  missing: 'somebody removed it',
  changed: 'somebody changed it',
  'not-asked-for': 'not asked for any longer',
};

const columns: readonly Column<Alarm>[] = [
  {
    header: 'Alarm',
    sortBy: ({ name }) => name,
    cell: ({ name, description }) => (
      <>
        <b>{name}</b>
        {description !== undefined && <small class="note second-line">{description}</small>}
      </>
    ),
  },
  { header: 'Watches', sortBy: ({ type }) => type, cell: ({ type = unmeasured }) => type },
  { header: 'Resource', sortBy: ({ resource }) => resource, cell: ({ resource = unmeasured }) => resource },
  {
    header: 'State',
    sortBy: ({ state }) => state,
    cell: ({ state, drift }) => (
      <>
        {state !== undefined && <Badge tone={states[state].tone}>{states[state].words}</Badge>}
        {drift !== 'none' && <Badge tone="doubtful">{drifts[drift]}</Badge>}
      </>
    ),
  },
];
