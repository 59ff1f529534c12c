import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { useApi } from '../session/session.tsx';
import { CacheFrame } from './cache-frame.tsx';
import { PolicyForm } from './policy-form.tsx';

export default function PolicyPage({ project }: { project: string }) {
  return (
    <CacheFrame project={project} title="Cache policy" lead="How a namespace caches; in force everywhere within 5 s">
      {(namespace) => <Policy namespace={namespace} />}
    </CacheFrame>
  );
}

function Policy({ namespace }: { namespace: string }) {
  const api = useApi();
  const policy = usePolled((signal) => api.call('getCachePolicy', { params: { namespace }, signal }), [namespace]);
  return (
    <Card title={`Of ${namespace}`}>
      <Loaded of={policy} skeleton={<Skeleton heightPx={640} />}>
        {(known) => <PolicyForm key={policy.at} namespace={namespace} policy={known} onSaved={policy.reload} />}
      </Loaded>
    </Card>
  );
}
