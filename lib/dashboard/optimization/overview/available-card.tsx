import { decimal } from '../../../contracts/figures.ts';
import type { AvailableOptimization, Proposal } from '../../../contracts/optimizations.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useApi } from '../../session/session.tsx';
import { ProposalBadges, ProposalDetails } from '../proposal-facts.tsx';
import { RiskBadge } from '../run-state.tsx';

const everyMs = 60_000;

/** Each kind of optimization with what there is to do, by the last hour. */
export function AvailableCard({ project }: { project: string }) {
  const api = useApi();
  const available = usePolled((signal) => api.call('listOptimizations', { params: { project }, signal }), [project], {
    everyMs,
  });
  return (
    <Card title="What would help">
      <div class="available-place">
        <Loaded of={available}>
          {({ items }) => (
            <ul class="available">
              {items.map((item) => (
                <Kind key={item.id} of={item} />
              ))}
            </ul>
          )}
        </Loaded>
      </div>
    </Card>
  );
}

/** `p95 of GET /products: before 120, after 40`. */
const evidenceInWords = ({ metric, subject, values }: Proposal['evidence'][number]): string =>
  `${metric} of ${subject}: ${Object.entries(values)
    .map(([name, value]) => `${name} ${decimal(value)}`)
    .join(', ')}`;

const Kind = ({ of: { description, expectedImpact, riskLevel, proposals } }: { of: AvailableOptimization }) => (
  <li>
    <h3>
      {description}{' '}
      {proposals.length === 0 ? <Badge tone="plain">nothing to do</Badge> : <RiskBadge risk={riskLevel} />}
    </h3>
    <p class="note">{expectedImpact}</p>
    {proposals.map((proposal) => (
      <ProposalItem key={proposal.id} of={proposal} />
    ))}
  </li>
);

const ProposalItem = ({ of }: { of: Proposal }) => (
  <details class="proposal">
    <summary>
      <b>{of.name}</b> <ProposalBadges of={of} /> {of.changes.length === 0 && <Badge tone="plain">advice</Badge>}
    </summary>
    <ProposalDetails of={of} />
    <p class="note">By {of.evidence.map(evidenceInWords).join('; ')}.</p>
  </details>
);
