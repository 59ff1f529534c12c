import type { ComponentType } from 'preact';
import type { Operation } from '../../contracts/routes.ts';
import type { IconName } from '../components/icon.tsx';

/** A capability of the dashboard: a link of the navigation, and the pages behind it. */
export interface Section {
  label: string;
  icon: IconName;
  /** `project`: the link stands below a project, and the paths below `/dashboard/projects/:project`; else below `/dashboard`. */
  group: 'platform' | 'project';
  /** The link leads to the first. Parameters, `/load-tests/:testId`, are among the props of the page. */
  pages: readonly [SectionPage, ...SectionPage[]];
  /** What the caller must be allowed to do for the link to be shown. Default: anybody sees it. */
  needs?: Operation;
}

export interface SectionPage {
  /** From where the group begins; `''`: there. */
  path: string;
  /** Loaded when it is first shown: `lazy(() => import('./keys-page.tsx'))`. */
  // Its parameters are strings of its own path, which no type can tell from here.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  page: ComponentType<any>;
}

const bases = { platform: '/dashboard', project: '/dashboard/projects/:project' } as const;

/** @returns the pattern of the page's whole path */
export const patternOf = ({ group }: Section, { path }: SectionPage): string => bases[group] + path;

/** Where the link of a section leads. */
export const linkOf = (section: Section, project = ''): string =>
  patternOf(section, section.pages[0]).replace(':project', encodeURIComponent(project));
