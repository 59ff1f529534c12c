import { useLocation } from 'preact-iso/router';

/** The namespace that is looked at: the project's own, or one of its parts. It is kept in the address. */
export function useNamespace(project: string): { part: string; namespace: string; choose: (part: string) => void } {
  const { query, path, route } = useLocation();
  const { part = '' } = query;
  const choose = (next: string): void => route(next === '' ? path : `${path}?${new URLSearchParams({ part: next })}`);
  return { part, namespace: namespaceOf(project, part), choose };
}

/** `shop`, or `shop.pages`. */
export const namespaceOf = (project: string, part: string): string => (part === '' ? project : `${project}.${part}`);
