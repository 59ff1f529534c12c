import { Tabs } from '../components/tabs.tsx';

/** Where the alerts of a project are, or of all. */
export const alertsPath = (project: string | undefined): string =>
  project === undefined ? '/dashboard/alerts' : `/dashboard/projects/${project}/alerts`;

const ofProject = [
  ['', 'Alerts'],
  ['/silences', 'Silences'],
  ['/thresholds', 'Thresholds'],
  ['/cloudwatch', 'CloudWatch alarms'],
] as const;
const ofAll = [
  ['', 'Alerts'],
  ['/silences', 'Silences'],
  ['/channels', 'Channels'],
  ['/told', 'Notifications'],
] as const;

export const AlertsTabs = ({ project }: { project: string | undefined }) => (
  <Tabs
    label="Alerts"
    links={(project === undefined ? ofAll : ofProject).map(([path, label]) => ({
      href: alertsPath(project) + path,
      label,
    }))}
  />
);
