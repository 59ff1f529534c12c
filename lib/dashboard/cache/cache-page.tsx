import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { useApi } from '../session/session.tsx';
import { CacheFigures } from './cache-figures.tsx';
import { CacheFrame } from './cache-frame.tsx';
import { InvalidateCard } from './invalidate-card.tsx';
import { OptimizeCard } from './optimize-card.tsx';
import { TiersTable } from './tiers-table.tsx';
import { TopKeys } from './top-keys.tsx';

const everyMs = 10_000;

export default function CachePage({ project }: { project: string }) {
  return (
    <CacheFrame project={project} title="Cache" lead="What a namespace holds, and how it serves">
      {(namespace) => <Overview namespace={namespace} />}
    </CacheFrame>
  );
}

function Overview({ namespace }: { namespace: string }) {
  const api = useApi();
  const stats = usePolled((signal) => api.call('getCacheStats', { params: { namespace }, signal }), [namespace], {
    everyMs,
  });
  return (
    <Loaded of={stats} skeleton={<Skeleton heightPx={640} />}>
      {(known) => (
        <div class="cards">
          <CacheFigures stats={known} />
          <p class="note">
            Gets, times and keys are those of the instance that answered, since it was started; what the shared tiers
            hold is everybody’s.
          </p>
          <div class="cards two">
            <Card title="Tiers">
              <TiersTable tiers={known.tiers} />
            </Card>
            <Card title="Most read keys">
              <TopKeys namespace={namespace} keys={known.topKeys} />
            </Card>
            <InvalidateCard namespace={namespace} onDone={stats.reload} />
            <OptimizeCard namespace={namespace} onDone={stats.reload} />
          </div>
        </div>
      )}
    </Loaded>
  );
}
