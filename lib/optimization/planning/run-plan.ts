import { optimizationId } from '../../contracts/analysis.ts';
import type {
  OptimizationRun,
  OptimizationRunRequest,
  PlannedOptimization,
} from '../../contracts/optimization-runs.ts';
import type { Proposal } from '../../contracts/optimizations.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Appliers } from '../applier.ts';
import { applierOf, isDoneOnce } from '../sides.ts';
import { isChange } from './available.ts';
import { CostAllowance } from './cost-allowance.ts';
import { combinedPercent } from './expected-gain.ts';
import type { Found } from './planner.ts';

/**
 * A run stands in one item of the table, which takes 400 KB: its changes are in it three times where all are kept or put back, and six
 * times where none can be.
 */
const mostOptimizations = 25;
const mostBytes = 50_000;
const mostLeftOut = 100;

export type RunPlan = Pick<
  OptimizationRun,
  'plannedOptimizations' | 'leftOut' | 'leftOutBeyond' | 'expectedPerformanceGainPercent' | 'profileId'
>;

/**
 * Of what was found, what a run is to do, and what it leaves out and why. Pure.
 * @throws DomainError invalid-request when an id is asked for that no proposal has
 */
export function runPlanOf(
  { proposals, profile }: Found,
  request: Pick<OptimizationRunRequest, 'optimizations' | 'approve' | 'costLimitUsdPerMonth'>,
  appliers: Appliers,
): RunPlan {
  const { optimizations } = request;
  const asked = proposals.filter(
    ({ id, optimizationId: group }) =>
      optimizations === undefined || optimizations.includes(id) || optimizations.includes(group),
  );
  requireKnown(optimizations ?? [], proposals);
  const plannedOptimizations: PlannedOptimization[] = [];
  const leftOut: RunPlan['leftOut'] = [];
  const allowance = new CostAllowance(request);
  let bytes = 0;
  for (const proposal of asked) {
    const { evidence: _, ...planned } = proposal;
    const size = Buffer.byteLength(JSON.stringify(planned));
    const isTooMuch = plannedOptimizations.length >= mostOptimizations || bytes + size > mostBytes;
    const reason =
      whyNot(proposal, appliers) ??
      (isTooMuch ? 'One run does not do more: start another after it.' : allowance.refusalOf(proposal));
    if (reason !== undefined) {
      const { id, optimizationId: group, name } = proposal;
      leftOut.push({ id, optimizationId: group, name, reason });
      continue;
    }
    bytes += size;
    plannedOptimizations.push(planned);
  }
  const gain = combinedPercent(plannedOptimizations.map(({ expectedImpactPercent }) => expectedImpactPercent));
  return {
    plannedOptimizations,
    leftOut: leftOut.slice(0, mostLeftOut),
    ...(leftOut.length > mostLeftOut ? { leftOutBeyond: leftOut.length - mostLeftOut } : {}),
    ...(gain === undefined ? {} : { expectedPerformanceGainPercent: gain }),
    ...(profile === undefined ? {} : { profileId: profile.profileId }),
  };
}

/** Why a proposal is not for a run. */
function whyNot(proposal: Proposal, appliers: Appliers): string | undefined {
  if (!isChange(proposal)) return `Advice, for somebody to follow. ${shortened(proposal.description)}`;
  if (!proposal.reversible && !proposal.changes.every(isDoneOnce)) return 'It cannot be undone, so no run does it.';
  const missing = proposal.changes.find((change) => applierOf(appliers, change) === undefined);
  return missing && `This deployment makes no changes of kind ${missing.kind}.`;
}

/** So that a hundred of them fit into the run, too. */
const shortened = (text: string): string => (text.length <= 300 ? text : `${text.slice(0, 299)}…`);

function requireKnown(asked: readonly string[], proposals: readonly Proposal[]): void {
  const groups: readonly string[] = optimizationId.options;
  const known = new Set(proposals.map(({ id }) => id));
  const unknown = asked.findIndex((id) => !groups.includes(id) && !known.has(id));
  if (unknown < 0) return;
  throw new DomainError('invalid-request', `Nothing that was found has the id ${asked[unknown]}.`, {
    fieldErrors: [
      { path: `body.optimizations.${unknown}`, message: `must be ${groups.join(', ')}, or the id of a proposal` },
    ],
  });
}
