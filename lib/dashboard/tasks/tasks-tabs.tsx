import { Tabs } from '../components/tabs.tsx';

export const TasksTabs = () => (
  <Tabs
    label="Tasks"
    links={[
      { href: '/dashboard/tasks', label: 'Tasks' },
      { href: '/dashboard/tasks/dead-letters', label: 'Dead letters' },
    ]}
  />
);
