import { Tabs } from '../components/tabs.tsx';

export const SettingsTabs = () => (
  <Tabs
    label="Settings"
    links={[
      { href: '/dashboard/settings', label: 'Status' },
      { href: '/dashboard/settings/audit', label: 'Audit trail' },
    ]}
  />
);
