import { Tabs } from '../components/tabs.tsx';

const pages = [
  ['', 'Overview'],
  ['/changes', 'Changes'],
  ['/memory-sweeps', 'Memory sweeps'],
  ['/databases', 'Databases'],
] as const;

export const OptimizationTabs = ({ project }: { project: string }) => (
  <Tabs
    label="Optimization"
    links={pages.map(([path, label]) => ({ href: `/dashboard/projects/${project}/optimization${path}`, label }))}
  />
);
