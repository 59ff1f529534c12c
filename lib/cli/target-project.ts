import { projectSettings } from '../contracts/projects.ts';
import { type Client, HeadroomError } from '../sdk/client.ts';
import type { ScenarioInput } from './scenarios.ts';
import { nameOf } from './scenarios.ts';

/** `https://shop.example.com/` -> `shop-example-com`; addresses and this machine, which have no name: `target`. */
export function projectNameOf(target: URL): string {
  const { hostname } = target;
  if (hostname === 'localhost' || hostname.startsWith('[') || /^[\d.]+$/.test(hostname)) return 'target';
  return hostname
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
}

/** Registers an address under a project; what is set there beside its address stays. */
export async function registerTarget(client: Client, project: string, baseUrl: string): Promise<void> {
  const existing = await client.call('getProject', { params: { project } }).catch((error: unknown) => {
    if (error instanceof HeadroomError && error.code === 'not-found') return undefined;
    throw error;
  });
  if (existing?.baseUrl === baseUrl) return;
  const settings = projectSettings.strip().parse({ ...existing, baseUrl });
  await client.call('putProject', { params: { project }, body: settings });
}

/** What an address asks for: `http://127.0.0.1:3000/products?page=1` -> `GET /products?page=1`. */
export function scenarioOf(target: URL): ScenarioInput {
  const path = `${target.pathname}${target.search}`;
  return { name: nameOf({ method: 'GET', path }), method: 'GET', path };
}
