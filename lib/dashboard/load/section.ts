import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const loadSection: Section = {
  label: 'Load tests',
  icon: 'load',
  group: 'project',
  needs: 'listLoadTests',
  pages: [
    { path: '/load-tests', page: lazy(() => import('./load-tests-page.tsx')) },
    { path: '/load-tests/new', page: lazy(() => import('./new-test/new-test-page.tsx')) },
    { path: '/load-tests/compare', page: lazy(() => import('./compare/compare-page.tsx')) },
    { path: '/load-tests/:testId', page: lazy(() => import('./result/test-page.tsx')) },
  ],
};
