import { z } from 'zod';
import { displayName, displayText, timestamp } from './names.ts';

/** So many of a project are kept, the newest. */
export const mostDeployments = 200;

export const serviceVersion = displayName(100).meta({ id: 'ServiceVersion', example: '1.4.2' });

export const toldDeployment = z
  .strictObject({
    version: serviceVersion,
    at: timestamp.optional().describe('When it was deployed. Default: now'),
    description: displayText(500).optional(),
  })
  .meta({ id: 'ToldDeployment' });
export type ToldDeployment = z.output<typeof toldDeployment>;

/** A moment at which a service became another one. */
export const serviceDeployment = z
  .object({
    version: serviceVersion,
    at: timestamp,
    source: z
      .enum(['told', 'reported'])
      .describe('`told` to the API; `reported` by a process of this version, of which none had reported before'),
    description: z.string().optional(),
  })
  .meta({ id: 'ServiceDeployment' });
export type ServiceDeployment = z.output<typeof serviceDeployment>;
