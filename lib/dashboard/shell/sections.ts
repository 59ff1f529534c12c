import { keysSection } from '../keys/section.ts';
import { overviewSection } from '../overview/section.ts';
import { projectSection } from '../project/section.ts';
import type { Section } from './section.ts';

/** All that the dashboard has, in the order of the navigation: of a project first, then of the platform. */
export const sections: readonly Section[] = [projectSection, overviewSection, keysSection];
