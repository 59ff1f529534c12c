import { projectOfNamespace } from '../../contracts/cache.ts';
import { DomainError } from '../../platform/errors.ts';

/** @throws DomainError forbidden */
export function requireOwnNamespace(project: string, namespace: string): void {
  if (projectOfNamespace(namespace) === project) return;
  throw new DomainError('forbidden', `The cache ${namespace} is not of the project ${project}.`);
}
