import { needRequestContext } from '../current-request.ts';
import type { ModuleLoads } from '../module-loads.ts';

/** Shows a driver's module once for each copy of it. From then on requests have a context, for its queries to belong to. */
export function onDriver(loads: ModuleLoads, names: readonly string[], see: (exports: object) => void): void {
  const seen = new WeakSet<object>();
  loads.on(names, (exports) => {
    if (seen.has(exports)) return;
    seen.add(exports);
    needRequestContext();
    see(exports);
  });
}
