import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const tasksSection: Section = {
  label: 'Tasks',
  icon: 'tasks',
  group: 'platform',
  needs: 'listTasks',
  pages: [
    { path: '/tasks', page: lazy(() => import('./tasks-page.tsx')) },
    { path: '/tasks/dead-letters', page: lazy(() => import('./dead-letters-page.tsx')) },
    { path: '/tasks/:taskId', page: lazy(() => import('./task-page.tsx')) },
  ],
};
