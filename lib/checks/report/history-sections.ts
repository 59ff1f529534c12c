import type { PipelineReport } from '../../contracts/pipelines.ts';
import { figure } from '../../pages/figures.ts';
import { type Markup, markup } from '../../pages/markup.ts';
import { plotPlaces } from '../../pages/plot-places.ts';
import { type Column, facts, type Row, section, table } from '../../pages/table.ts';
import { coursePlots, dayPlots } from './history-plots.ts';

/** What the history says of the time that a report is of. What there is too little of is left out, or says so. */
export const historySections = (report: PipelineReport): (Markup | undefined)[] => [
  courseSection(report),
  trendSection(report),
  anomalySection(report),
  changeSection(report),
  peakSection(report),
  capacitySection(report),
  budgetSection(report),
];

const number = (label: string): Column => ({ label, kind: 'number' });
const moment = (timestamp: string): Markup => figure(Date.parse(timestamp) / 1000, 'moment');

function listed(id: string, title: string, columns: readonly Column[], rows: readonly Row[]): Markup | undefined {
  return rows.length === 0 ? undefined : section(id, title, table(title, columns, rows));
}

/** Two beside each other, where there is room. */
function courseSection(report: PipelineReport): Markup | undefined {
  const plots = coursePlots(report);
  const names = plots.map(({ name }) => name);
  const rows = Array.from({ length: Math.ceil(names.length / 2) }, (_, row) => names.slice(2 * row, 2 * row + 2));
  return section('course', 'Course', ...rows.map((row) => plotPlaces(plots, row)));
}

function trendSection({ trends }: PipelineReport): Markup | undefined {
  const rows = trends.series.flatMap(({ metric, found }): Row[] =>
    found.enough && found.direction !== 'stable'
      ? [
          {
            cells: [metric, found.direction, figure(found.changePercent, 'change'), found.verdict],
            tone: found.verdict === 'degrading' ? 'bad' : undefined,
          },
        ]
      : [],
  );
  return listed('trends', 'Trends', [{ label: 'Figure' }, { label: 'Is' }, number('By'), { label: 'So it is' }], rows);
}

function anomalySection({ anomalies }: PipelineReport): Markup | undefined {
  const rows = anomalies.series.flatMap(({ metric, unit, found }): Row[] =>
    found.enough
      ? found.anomalies.map(({ peakAt, value, low, high }) => ({
          cells: [metric, moment(peakAt), figure(value, 'bare'), figure(low, 'bare'), figure(high, 'bare'), unit],
        }))
      : [],
  );
  const columns = [
    { label: 'Figure' },
    { label: 'At' },
    number('Was'),
    number('Usual from'),
    number('to'),
    { label: 'Unit' },
  ];
  return listed('anomalies', 'Anomalies', columns, rows);
}

function changeSection({ changePoints: { series, loadTests } }: PipelineReport): Markup | undefined {
  const all = [
    ...series.map(({ metric, found }) => ({ name: metric, found })),
    ...loadTests.map(({ test, metric, found }) => ({ name: `${test}, ${metric}`, found })),
  ];
  const rows = all.flatMap(({ name, found }): Row[] =>
    found.enough
      ? found.changePoints.map(({ at, before, after, changePercent, verdict }) => ({
          cells: [
            name,
            moment(at),
            figure(before, 'bare'),
            figure(after, 'bare'),
            figure(changePercent, 'change'),
            verdict,
          ],
          tone: verdict === 'regression' ? 'bad' : undefined,
        }))
      : [],
  );
  const columns = [
    { label: 'Figure' },
    { label: 'Since' },
    number('Before'),
    number('After'),
    number('By'),
    { label: 'So it is' },
  ];
  return listed('change-points', 'Changes of level', columns, rows);
}

function peakSection(report: PipelineReport): Markup | undefined {
  const { found } = report.peaks;
  if (!found.enough) return section('peaks', 'Peaks', markup`<p>${found.reason}: ${found.needed}</p>`);
  const { throughput, concurrency, headroom } = found;
  return section(
    'peaks',
    'Peaks',
    facts([
      ['Over ten seconds', figure(throughput.instantaneous.value, 'perSecond')],
      ['Over five minutes', figure(throughput.sustained?.value, 'perSecond')],
      ['Requests at one time', figure(concurrency?.value, 'bareCount')],
      ['Headroom above them', headroom.enough ? figure(headroom.headroomPercent, 'percent') : headroom.reason],
    ]),
    plotPlaces(dayPlots(report), ['days']),
  );
}

function capacitySection({ capacity: { found } }: PipelineReport): Markup | undefined {
  if (!found.enough) return section('capacity', 'Capacity', markup`<p>${found.reason}: ${found.needed}</p>`);
  const { testedAt, testedRequestsPerSecond, maxRequestsPerSecond, demand, reached } = found;
  const when = reached.enough && reached.expectedAt !== undefined ? moment(reached.expectedAt) : undefined;
  return section(
    'capacity',
    'Capacity',
    facts([
      ['Tested', moment(testedAt)],
      ['Was borne', figure(testedRequestsPerSecond, 'perSecond')],
      ['At most', figure(maxRequestsPerSecond, 'perSecond')],
      ['Used by the highest demand', demand.enough ? figure(demand.usedPercent, 'percent') : demand.reason],
      ['Demand reaches it', reached.enough ? (when ?? `Not within ${reached.horizonDays} days`) : reached.reason],
    ]),
  );
}

function budgetSection({ budgets }: PipelineReport): Markup | undefined {
  const rows = budgets.map(
    ({ description, status }): Row => ({
      cells: [description, status],
      tone: status === 'missed' ? 'bad' : undefined,
    }),
  );
  return listed('budgets', 'Objectives', [{ label: 'Objective' }, { label: 'Is' }], rows);
}
