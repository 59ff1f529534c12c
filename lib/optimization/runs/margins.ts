import type { Project } from '../../contracts/projects.ts';

/** The gain, in percent, that a change must show to be kept: who is careful asks for more. */
const margins: Readonly<Record<Project['level'], number>> = { conservative: 5, balanced: 3, aggressive: 2 };

export const marginOf = (level: Project['level']): number => margins[level];
