import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const projectSection: Section = {
  label: 'Performance',
  icon: 'pulse',
  group: 'project',
  pages: [
    { path: '', page: lazy(() => import('./over-time-page.tsx')) },
    { path: '/endpoints', page: lazy(() => import('./endpoints-page.tsx')) },
    { path: '/requests', page: lazy(() => import('./requests-page.tsx')) },
    { path: '/queries', page: lazy(() => import('./queries-page.tsx')) },
    { path: '/resources', page: lazy(() => import('./resources-page.tsx')) },
    { path: '/objectives', page: lazy(() => import('./objectives-page.tsx')) },
  ],
};
