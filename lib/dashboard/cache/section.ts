import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const cacheSection: Section = {
  label: 'Cache',
  icon: 'cache',
  group: 'project',
  needs: 'getCacheStats',
  pages: [
    { path: '/cache', page: lazy(() => import('./cache-page.tsx')) },
    { path: '/cache/entry', page: lazy(() => import('./entry-page.tsx')) },
    { path: '/cache/policy', page: lazy(() => import('./policy-page.tsx')) },
  ],
};
