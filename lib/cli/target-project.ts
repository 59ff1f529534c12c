import { createHash } from 'node:crypto';
import { projectSettings } from '../contracts/projects.ts';
import { scenarioNameOf } from '../contracts/scenario-name.ts';
import { type Client, HeadroomError } from '../sdk/client.ts';
import type { ScenarioInput } from './scenarios.ts';

const longestName = 40;
const digestLength = 8;

/**
 * Each host and port has a project of its own, so that the histories of two services are never mixed:
 * `https://shop.example.com/` -> `shop-example-com`, `http://localhost:3000/` -> `localhost-3000`.
 */
export function projectNameOf({ host }: URL): string {
  const name = host
    .toLowerCase()
    .replace('[', 'ipv6-')
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replace(/-$/, '');
  if (name.length <= longestName) return name;
  const digest = createHash('sha256').update(host).digest('hex').slice(0, digestLength);
  return `${name.slice(0, longestName - digestLength - 1)}-${digest}`;
}

const existingProject = (client: Client, project: string) =>
  client.call('getProject', { params: { project } }).catch((error: unknown) => {
    if (error instanceof HeadroomError && error.code === 'not-found') return undefined;
    throw error;
  });

/** Nobody listens there: for the time until a service that chooses its own port has said it. */
const nowhere = 'http://127.0.0.1:9';

/** Makes sure that there is the project, before the address of its service is known. */
export async function registerFirst(client: Client, project: string): Promise<void> {
  if ((await existingProject(client, project)) === undefined) await registerTarget(client, project, nowhere);
}

/** Registers an address under a project; what is set there beside its address stays. */
export async function registerTarget(client: Client, project: string, baseUrl: string): Promise<void> {
  const existing = await existingProject(client, project);
  if (existing?.baseUrl === baseUrl) return;
  const settings = projectSettings.strip().parse({ ...existing, baseUrl });
  await client.call('putProject', { params: { project }, body: settings });
}

/** What an address asks for: `http://127.0.0.1:3000/products?page=1` -> `GET /products?page=1`. */
export function scenarioOf(target: URL): ScenarioInput {
  const path = `${target.pathname}${target.search}`;
  return { name: scenarioNameOf({ method: 'GET', path }), method: 'GET', path };
}
