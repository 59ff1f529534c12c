import type { LoadTest } from '../../../contracts/load.ts';
import { figure } from '../../../pages/figures.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import { facts, type Row, section, table } from '../../../pages/table.ts';
import { formats, type Unit } from '../../../pages/units.ts';

const settings: readonly (readonly [name: string, field: keyof LoadTest['request'], unit: Unit])[] = [
  ['Users', 'users', 'count'],
  ['Arrivals', 'arrivalRate', 'perSecond'],
  ['First step', 'startUsers', 'users'],
  ['Last step', 'maxUsers', 'users'],
  ['From step to step', 'stepUsers', 'users'],
  ['First step', 'startRate', 'perSecond'],
  ['Last step', 'maxRate', 'perSecond'],
  ['From step to step', 'stepRate', 'perSecond'],
  ['Each held for', 'stepSeconds', 'duration'],
  ['Breaking point sought to within', 'precisionPercent', 'percent'],
  ['Height of the spike', 'spikeUsers', 'users'],
  ['Height of the spike', 'spikeRate', 'perSecond'],
  ['Length of the spike', 'spikeSeconds', 'duration'],
  ['After the spike', 'recoverySeconds', 'duration'],
  ['Duration', 'durationSeconds', 'duration'],
  ['Of the endurance part', 'enduranceSeconds', 'duration'],
  ['Ramp-up', 'rampUpSeconds', 'duration'],
  ['Timeout', 'timeoutMs', 'ms'],
  ['Workers', 'workers', 'count'],
];

/** What was asked for. */
export function requestSection({ request }: LoadTest): Markup | undefined {
  const { thinkTimeMs: think, protocol, breakCriteria, scenarios, kind } = request;
  const thinking =
    typeof think === 'number' ? formats.ms(think) : `${formats.ms(think.min)} to ${formats.ms(think.max)}`;
  const given = facts([
    ...settings.map(([name, field, unit]): readonly [string, Markup | undefined] => {
      const value = request[field];
      return [name, typeof value === 'number' ? figure(value, unit) : undefined];
    }),
    ['Think time', thinking],
    ['Protocol', protocol === 'http1' ? 'HTTP/1.1' : 'HTTP/2'],
    [
      'Borne no more beyond',
      breakCriteria &&
        `${formats.percent(breakCriteria.maxErrorRatePercent)} errors, or a p95 of ${formats.ms(breakCriteria.maxP95ResponseTimeMs)}`,
    ],
  ]);
  const rows: Row[] = scenarios.flatMap(({ name, weight, method, path, flow = [], before = [] }) => [
    { cells: [name, figure(weight, 'bare'), flow.length > 0 ? 'a flow' : markup`<code>${method} ${path}</code>`] },
    ...[...before.map((one) => ({ ...one, when: ', once before' })), ...flow.map((one) => ({ ...one, when: '' }))].map(
      (one): Row => ({
        tone: 'part',
        cells: [
          `${one.name ?? `${one.method} ${one.path}`}${one.when}`,
          undefined,
          markup`<code>${one.method} ${one.path}</code>`,
        ],
      }),
    ),
  ]);
  const columns = [
    { label: 'Scenario', kind: 'long' as const },
    { label: 'Weight', kind: 'number' as const },
    { label: 'Request', kind: 'long' as const },
  ];
  return section(
    'request',
    'What was asked for',
    given,
    kind === 'artillery' ? undefined : table('The scenarios that were asked for', columns, rows),
  );
}
