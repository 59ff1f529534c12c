import { fileURLToPath } from 'node:url';
import { installedCdk } from '../lib/deployment/cdk.ts';
import { createDeploymentClients } from '../lib/deployment/clients.ts';
import { Deployments } from '../lib/deployment/deployments.ts';

export const openDeployments = (): Deployments =>
  new Deployments({
    clients: createDeploymentClients(),
    cdk: installedCdk(fileURLToPath(new URL('..', import.meta.url))),
  });
