import { useLocation } from 'preact-iso/router';
import { usePolled } from '../../api/use-polled.ts';
import { Button } from '../../components/button.tsx';
import { Page } from '../../components/page.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';
import { DriftNotice } from '../drift-notice.tsx';
import { OptimizationTabs } from '../optimization-tabs.tsx';
import { AvailableCard } from './available-card.tsx';
import { ExportButton } from './export-button.tsx';
import { FreezeCard } from './freeze-card.tsx';
import { ProfileCard } from './profile-card.tsx';
import { RunsCard } from './runs-card.tsx';
import { SettingsCard } from './settings-card.tsx';

/** What could be changed, what is changed and by whom, and whether anything may be. */
export default function OptimizationPage({ project }: { project: string }) {
  const api = useApi();
  const { route } = useLocation();
  const { reason } = useAllowed('startOptimizationRun');
  const exported = usePolled((signal) => api.call('exportOptimizations', { params: { project }, signal }), [project]);
  const actions = (
    <>
      <ExportButton project={project} />
      <Button
        icon="add"
        tone="primary"
        disabledBecause={reason}
        onClick={() => route(`/dashboard/projects/${project}/optimization/new`)}
      >
        Plan a run
      </Button>
    </>
  );
  return (
    <Page title="Optimization" lead="What would help, tried and measured before it is kept" actions={actions}>
      <OptimizationTabs project={project} />
      <div class="cards">
        {exported.data !== undefined && <DriftNotice drifted={exported.data.drifted} />}
        <AvailableCard project={project} />
        <RunsCard project={project} />
        <div class="cards two">
          <ProfileCard project={project} />
          <SettingsCard project={project} />
        </div>
        <FreezeCard project={project} />
      </div>
    </Page>
  );
}
