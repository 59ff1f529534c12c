import { basename } from 'node:path';
import { banner } from '../../pages/banner.ts';
import { figure } from '../../pages/figures.ts';
import { type Markup, markup } from '../../pages/markup.ts';
import type { Plot } from '../../pages/plot.ts';
import { plotPlaces } from '../../pages/plot-places.ts';
import { section, table } from '../../pages/table.ts';
import { curveNote, peakMarks, throughputSeries } from '../../pages/throughput-plot.ts';
import { uslFacts } from '../../pages/usl-facts.ts';
import { throughputAt } from '../../statistics/usl-model.ts';
import type { CapacityFound, FittedCapacity } from './capacity.ts';
import { capacityHeadline, capacityRemarks, peakRange } from './capacity-words.ts';
import type { DataPage } from './data-command.ts';

/** @param file as the user gave it */
export function capacityPage(found: CapacityFound, file: string): DataPage {
  const plots = [throughputPlot(found)];
  return {
    title: `Capacity by ${basename(file)}`,
    about: [`${found.points.length} points`, `${found.residuals} residuals`],
    notes: [banner({ tone: found.fitted ? 'plain' : 'doubtful', title: capacityHeadline(found) })],
    parts: [
      section(
        'capacity',
        'Throughput by load',
        plotPlaces(plots, ['throughput']),
        found.fitted ? uslFacts(found) : undefined,
        ...(found.fitted ? capacityRemarks(found).map((remark) => markup`<p>${remark}</p>`) : []),
      ),
      section('points', 'The points', pointTable(found)),
    ],
    plots,
  };
}

function throughputPlot(found: CapacityFound): Plot {
  const tested = Math.max(...found.points.map(({ users }) => users));
  const end = found.fitted ? found.reachUsers : tested;
  const { values, series } = throughputSeries(
    found.points.map(({ users, throughput }) => ({ level: users, perSecond: throughput })),
    found.fitted ? { at: (users) => throughputAt(found, users), end } : undefined,
  );
  return {
    name: 'throughput',
    title: 'Throughput, requests a second',
    ...(found.fitted ? { note: curveNote } : {}),
    x: { label: 'users', unit: 'users', scale: 'linear', values, range: [0, end] },
    series,
    marks: found.fitted ? peakMarks(found, end, ` (95 %: ${peakRange(found)})`) : [],
    stretches: found.fitted
      ? [...peakStretch(found), { from: tested, to: end, label: 'beyond what was tested', tone: 'doubtful' as const }]
      : [],
  };
}

function peakStretch({ maxUsers, interval, reachUsers }: FittedCapacity): Plot['stretches'] {
  if (maxUsers === undefined) return [];
  const { low, high = reachUsers } = interval.maxUsers;
  return [{ from: low, to: high, label: '', tone: 'strong' }];
}

function pointTable(found: CapacityFound): Markup {
  const number = 'number' as const;
  const columns = [
    { label: 'Users', kind: number },
    { label: 'Measured, requests/s', kind: number },
    ...(found.fitted
      ? [
          { label: 'Curve, requests/s', kind: number },
          { label: 'Off by', kind: number },
        ]
      : []),
  ];
  const rows = found.fitted
    ? found.points.map(({ users, throughput, modelled, differencePercent }) => [
        figure(users, 'bare'),
        figure(throughput, 'bare'),
        figure(modelled, 'bare'),
        figure(differencePercent, 'change'),
      ])
    : found.points.map(({ users, throughput }) => [figure(users, 'bare'), figure(throughput, 'bare')]);
  return table(
    'The points',
    columns,
    rows.map((cells) => ({ cells })),
  );
}
