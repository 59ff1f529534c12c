import { decimal } from '../../contracts/figures.ts';
import type { PlannedOptimization } from '../../contracts/optimization-runs.ts';
import { formats } from '../../pages/units.ts';
import { Badge } from '../components/badge.tsx';
import { ChangeList } from './change-list.tsx';
import { RiskBadge } from './run-state.tsx';

type Shown = Pick<
  PlannedOptimization,
  | 'name'
  | 'description'
  | 'changes'
  | 'expectedImpactPercent'
  | 'expectedImpactSource'
  | 'costUsdPerMonth'
  | 'savesUsdPerMonth'
  | 'risk'
  | 'requiresRestart'
  | 'reversible'
  | 'migration'
>;

/** What one optimization is expected to bring, and what it risks. */
export const ProposalBadges = ({ of }: { of: Shown }) => (
  <span class="badges">
    {of.expectedImpactPercent !== undefined && (
      <Badge tone="good" title={of.expectedImpactSource ?? ''}>
        {formats.percent(of.expectedImpactPercent)} shorter
      </Badge>
    )}
    <RiskBadge risk={of.risk} />
    {of.requiresRestart && <Badge tone="doubtful">needs a restart</Badge>}
    {!of.reversible && <ForGood of={of} />}
    {of.costUsdPerMonth !== undefined && (
      <Badge tone="plain">
        {decimal(of.costUsdPerMonth.before)} to {decimal(of.costUsdPerMonth.after)} USD a month
      </Badge>
    )}
    {of.savesUsdPerMonth !== undefined && of.savesUsdPerMonth > 0 && (
      <Badge tone="good">saves {formats.usd(of.savesUsdPerMonth)} a month</Badge>
    )}
  </span>
);

/** Work on a cache takes nothing away that anybody misses. */
const ForGood = ({ of: { changes } }: { of: Shown }) =>
  changes.length > 0 && changes.every(({ kind }) => kind === 'cache-upkeep') ? (
    <Badge tone="plain">done once, nothing to put back</Badge>
  ) : (
    <Badge tone="bad">cannot be taken back</Badge>
  );

/** All that is known of it before it is tried. */
export const ProposalDetails = ({ of }: { of: Shown }) => (
  <div class="proposal-details">
    <p>{of.description}</p>
    {of.expectedImpactSource !== undefined && <p class="note">The expected gain is from: {of.expectedImpactSource}</p>}
    {of.changes.length > 0 && <ChangeList changes={of.changes} />}
    {of.migration !== undefined && (
      <>
        <p>To be run by somebody who may:</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
        <pre tabIndex={0}>{of.migration}</pre>
      </>
    )}
  </div>
);
