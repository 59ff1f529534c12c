/** What an import is for: the project's address, to which the paths of scenarios are relative. */
export interface ImportTarget {
  /** `https://shop.example.com` */
  origin: string;
  /** Without a slash at its end; empty where the project is the whole of its origin. */
  basePath: string;
}

export function importTargetOf(baseUrl: string): ImportTarget {
  const { origin, pathname } = new URL(baseUrl);
  return { origin, basePath: pathname.replace(/\/$/, '') };
}

/** Of a path, what comes after the base path; undefined where it lies elsewhere: `/api/orders` below `/api` is `/orders`. */
export function belowBasePath(path: string, basePath: string): string | undefined {
  if (!path.startsWith(basePath)) return undefined;
  const rest = path.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : undefined;
}
