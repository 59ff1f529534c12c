import lazy from 'preact-iso/lazy';
import type { Section } from '../shell/section.ts';

export const keysSection: Section = {
  label: 'API keys',
  icon: 'key',
  group: 'platform',
  needs: 'listKeys',
  pages: [{ path: '/keys', page: lazy(() => import('./keys-page.tsx')) }],
};
