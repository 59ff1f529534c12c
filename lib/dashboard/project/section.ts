import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const projectSection: Section = {
  label: 'Performance',
  icon: 'pulse',
  group: 'project',
  pages: [{ path: '', page: lazy(() => import('./project-page.tsx')) }],
};
