import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const comparisonsSection: Section = {
  label: 'Comparisons',
  icon: 'load',
  group: 'platform',
  needs: 'listComparisons',
  pages: [
    { path: '/comparisons', page: lazy(() => import('./comparisons-page.tsx')) },
    { path: '/comparisons/new', page: lazy(() => import('./new-comparison-page.tsx')) },
    { path: '/comparisons/:comparisonId', page: lazy(() => import('./comparison-page.tsx')) },
  ],
};
