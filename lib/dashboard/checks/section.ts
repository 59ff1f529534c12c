import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const checksSection: Section = {
  label: 'Checks',
  icon: 'checks',
  group: 'project',
  needs: 'listChecks',
  pages: [
    { path: '/checks', page: lazy(() => import('./checks-page.tsx')) },
    { path: '/checks/schedule', page: lazy(() => import('./schedule-page.tsx')) },
    { path: '/checks/:checkId', page: lazy(() => import('./check-page.tsx')) },
  ],
};
