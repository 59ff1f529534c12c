import lazy from 'preact-iso/lazy';
import type { Section, SectionPage } from '../shell/section.ts';

const alerts: SectionPage = { path: '/alerts', page: lazy(() => import('./alerts-page.tsx')) };
const silences: SectionPage = { path: '/alerts/silences', page: lazy(() => import('./silences-page.tsx')) };
/** After all others: an id could be anything. */
const alert: SectionPage = { path: '/alerts/:alertId', page: lazy(() => import('./alert-page.tsx')) };

export const projectAlertsSection: Section = {
  label: 'Alerts',
  icon: 'alerts',
  group: 'project',
  needs: 'listProjectAlerts',
  pages: [
    alerts,
    silences,
    { path: '/alerts/thresholds', page: lazy(() => import('./thresholds-page.tsx')) },
    { path: '/alerts/cloudwatch', page: lazy(() => import('./cloudwatch-page.tsx')) },
    alert,
  ],
};

export const alertsSection: Section = {
  label: 'Alerts',
  icon: 'alerts',
  group: 'platform',
  needs: 'listAlerts',
  pages: [
    alerts,
    silences,
    { path: '/alerts/channels', page: lazy(() => import('./channels-page.tsx')) },
    { path: '/alerts/told', page: lazy(() => import('./told-page.tsx')) },
    alert,
  ],
};
