/** The page that shows what is stored under a key. */
export function entryPath(namespace: string, key: string): string {
  const [project = '', part] = namespace.split('.');
  return `/dashboard/projects/${project}/cache/entry?${new URLSearchParams(part === undefined ? { key } : { part, key })}`;
}
