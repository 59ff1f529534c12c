import { decimal } from '../../../contracts/figures.ts';
import type { Guardrail, RunJudgement } from '../../../contracts/run-judgement.ts';
import { pInWords } from '../../../pages/load-plots/drift.ts';
import { formats } from '../../../pages/units.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Facts } from '../../components/facts.tsx';
import { intervalInWords } from '../interval-in-words.ts';

const states: Record<Guardrail['state'], Tone> = { holds: 'good', unsettled: 'doubtful', broken: 'bad' };
const names: Record<Guardrail['name'], string> = {
  'p50-response-time': 'p50 response time',
  'p95-response-time': 'p95 response time',
  'error-rate': 'Errors',
  cost: 'Cost',
};
/** Errors are told in percentage points. */
const amount = ({ name }: Guardrail, value: number): string =>
  name === 'error-rate' ? `${decimal(value)} points` : formats.change(value);

const guardrails: readonly Column<Guardrail>[] = [
  { header: 'Must not become worse', cell: ({ name }) => names[name] },
  { header: 'State', cell: ({ state }) => <Badge tone={states[state]}>{state}</Badge> },
  { header: 'Worse by', kind: 'number', cell: (guard) => amount(guard, guard.harm) },
  {
    header: 'Interval',
    kind: 'number',
    cell: (guard) =>
      guard.low === undefined || guard.high === undefined
        ? null
        : `${amount(guard, guard.low)} to ${amount(guard, guard.high)}`,
  },
  { header: 'Limit', kind: 'number', cell: (guard) => amount(guard, guard.limit) },
];

/** What the slices say of a change, with all that it rests on. */
export const JudgementView = ({ of }: { of: RunJudgement }) => (
  <details class="judgement">
    <summary>
      {of.verdict}: {of.reason}
    </summary>
    <Facts
      of={[
        [
          'Response times',
          of.improvementPercent === undefined ? undefined : `${formats.percent(of.improvementPercent)} shorter`,
        ],
        ['Interval', of.interval && `${intervalInWords(of.interval)} (${decimal(of.confidencePercent)} % each look)`],
        ['Gain that must be shown', formats.percent(of.marginPercent)],
        ['Pairs of slices', formats.count(of.pairs)],
        ['Rounds', formats.count(of.rounds)],
        ['Workers or instances', formats.count(of.workers)],
        ['Mann-Whitney p', of.mannWhitneyP === undefined ? undefined : pInWords(of.mannWhitneyP)],
        ['Effect size', of.effectSize === undefined ? undefined : decimal(of.effectSize)],
      ]}
    />
    {of.guardrails.length > 0 && (
      <DataTable caption="Guardrails" columns={guardrails} rows={of.guardrails} rowKey={({ name }) => name} />
    )}
  </details>
);
