import type { Handlers } from '../platform/http/door.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { profileHandlers } from './profiles/handlers.ts';
import { ProfileService } from './profiles/service.ts';

/** All that the function `optimization-api` serves. */
export function optimizationApi(parts: Parts): Handlers<'optimization-api'> {
  const projects = new ProjectService(parts);
  const profiles = new ProfileService(parts, projects);
  return { ...profileHandlers(profiles) };
}
