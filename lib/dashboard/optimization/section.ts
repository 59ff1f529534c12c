import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const optimizationSection: Section = {
  label: 'Optimization',
  icon: 'optimization',
  group: 'project',
  needs: 'listOptimizations',
  pages: [
    { path: '/optimization', page: lazy(() => import('./overview/optimization-page.tsx')) },
    { path: '/optimization/new', page: lazy(() => import('./plan/plan-page.tsx')) },
    { path: '/optimization/changes', page: lazy(() => import('./changes-page.tsx')) },
    { path: '/optimization/memory-sweeps', page: lazy(() => import('./sweeps/sweeps-page.tsx')) },
    { path: '/optimization/memory-sweeps/:sweepId', page: lazy(() => import('./sweeps/sweep-page.tsx')) },
    { path: '/optimization/databases', page: lazy(() => import('./databases/databases-page.tsx')) },
    { path: '/optimization/runs/:runId', page: lazy(() => import('./run/run-page.tsx')) },
  ],
};
