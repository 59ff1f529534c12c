import { alertsSection, projectAlertsSection } from '../alerts/section.ts';
import { cacheSection } from '../cache/section.ts';
import { checksSection } from '../checks/section.ts';
import { comparisonsSection } from '../comparisons/section.ts';
import { keysSection } from '../keys/section.ts';
import { loadSection } from '../load/section.ts';
import { optimizationSection } from '../optimization/section.ts';
import { overviewSection } from '../overview/section.ts';
import { projectSection } from '../project/section.ts';
import { settingsSection } from '../settings/section.ts';
import { tasksSection } from '../tasks/section.ts';
import type { Section } from './section.ts';

/** All that the dashboard has, in the order of the navigation: of a project first, then of the platform. */
export const sections: readonly Section[] = [
  projectSection,
  loadSection,
  optimizationSection,
  projectAlertsSection,
  cacheSection,
  checksSection,
  overviewSection,
  comparisonsSection,
  alertsSection,
  tasksSection,
  keysSection,
  settingsSection,
];
