import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const settingsSection: Section = {
  label: 'Settings',
  icon: 'settings',
  group: 'platform',
  pages: [
    { path: '/settings', page: lazy(() => import('./settings-page.tsx')) },
    { path: '/settings/audit', page: lazy(() => import('./audit-page.tsx')) },
  ],
};
