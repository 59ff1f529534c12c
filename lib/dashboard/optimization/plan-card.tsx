import { moreUsdPerMonth } from '../../contracts/optimization-costs.ts';
import type { OptimizationRun } from '../../contracts/optimization-runs.ts';
import { formats } from '../../pages/units.ts';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { ProposalBadges, ProposalDetails } from './proposal-facts.tsx';

interface PlanCardProps {
  plan: OptimizationRun;
  /** Which of them are to be tried, where that is still open. */
  chosen?: ReadonlySet<string>;
  onChosen?: (chosen: ReadonlySet<string>) => void;
}

/** What a run is to do, and what was found beside it. */
export const PlanCard = ({ plan, chosen, onChosen }: PlanCardProps) => (
  <Card title="The plan">
    {plan.plannedOptimizations.length === 0 ? (
      <Empty title="There is nothing to do" />
    ) : (
      <>
        <p class="note">{inShort(plan)}</p>
        <ul class="planned">
          {plan.plannedOptimizations.map((planned) => (
            <li key={planned.id}>
              {chosen !== undefined && (
                <input
                  type="checkbox"
                  aria-label={`Try: ${planned.name}`}
                  checked={chosen.has(planned.id)}
                  onChange={({ currentTarget }) => onChosen?.(toggled(chosen, planned.id, currentTarget.checked))}
                />
              )}
              <details class="proposal">
                <summary>
                  <b>{planned.name}</b> <ProposalBadges of={planned} />
                </summary>
                <ProposalDetails of={planned} />
              </details>
            </li>
          ))}
        </ul>
      </>
    )}
    <LeftOut plan={plan} />
  </Card>
);

function toggled(chosen: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(chosen);
  if (isIn) next.add(id);
  else next.delete(id);
  return next;
}

function inShort({
  plannedOptimizations,
  expectedPerformanceGainPercent: gain,
  estimatedDurationSeconds,
  marginPercent,
}: OptimizationRun): string {
  const more = moreUsdPerMonth(plannedOptimizations);
  return [
    `${plannedOptimizations.length} to try`,
    ...(gain === undefined ? [] : [`response times some ${formats.percent(gain)} shorter`]),
    ...(more === 0 ? [] : [`${formats.usd(more)} a month more`]),
    `at most ${formats.duration(Math.round(estimatedDurationSeconds))}`,
    `each is kept if it gains ${formats.percent(marginPercent)} or more`,
  ].join(', ');
}

const LeftOut = ({ plan: { leftOut, leftOutBeyond } }: { plan: OptimizationRun }) =>
  leftOut.length === 0 ? null : (
    <details class="left-out">
      <summary>Left to you: {formats.count(leftOut.length + (leftOutBeyond ?? 0))}</summary>
      <ul class="plain-list">
        {leftOut.map(({ id, name, reason }) => (
          <li key={id}>
            <b>{name}</b>: {reason}
          </li>
        ))}
      </ul>
      {leftOutBeyond !== undefined && <p class="note">and {formats.count(leftOutBeyond)} more</p>}
    </details>
  );
