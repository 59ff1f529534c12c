import { usePolled } from '../api/use-polled.ts';
import { Card } from '../components/card.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { useApi } from '../session/session.tsx';
import { AlertsTabs } from './alerts-tabs.tsx';
import { ThresholdsForm } from './thresholds-form.tsx';

export default function ThresholdsPage({ project }: { project: string }) {
  const api = useApi();
  const thresholds = usePolled((signal) => api.call('getThresholds', { params: { project }, signal }), [project]);
  return (
    <Page title="Thresholds" lead="What a figure must not pass, and for how long, before there is an alert">
      <AlertsTabs project={project} />
      <Card title={`Of ${project}`}>
        <Loaded of={thresholds} skeleton={<Skeleton heightPx={420} />}>
          {(inForce) => (
            <ThresholdsForm key={thresholds.at} project={project} inForce={inForce} onSaved={thresholds.reload} />
          )}
        </Loaded>
      </Card>
    </Page>
  );
}
