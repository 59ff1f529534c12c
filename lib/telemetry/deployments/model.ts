import { z } from 'zod';
import { type ServiceDeployment, serviceDeployment } from '../../contracts/deployments.ts';
import type { ItemType } from '../../platform/table/item.ts';

const kept = z.object({ deployments: z.array(serviceDeployment) });

/** All of a project, the newest first: few, and written when there is another one only. */
export const deploymentsItem: ItemType<{ deployments: ServiceDeployment[] }> = {
  name: 'Deployments',
  version: 1,
  schema: kept,
};
