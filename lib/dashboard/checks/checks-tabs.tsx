import { Tabs } from '../components/tabs.tsx';

export const ChecksTabs = ({ project }: { project: string }) => (
  <Tabs
    label="Checks"
    links={[
      { href: `/dashboard/projects/${project}/checks`, label: 'Runs' },
      { href: `/dashboard/projects/${project}/checks/schedule`, label: 'Schedule' },
    ]}
  />
);
