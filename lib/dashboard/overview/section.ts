import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const overviewSection: Section = {
  label: 'Projects',
  icon: 'projects',
  group: 'platform',
  pages: [{ path: '', page: lazy(() => import('./overview-page.tsx')) }],
};
