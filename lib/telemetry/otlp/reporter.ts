import { createHash } from 'node:crypto';
import { serviceVersion } from '../../contracts/deployments.ts';
import type { Attributes } from './attributes.ts';

const instancePattern = /^[\w.-]{1,64}$/;
const maxProjectLength = 40;
const maxReadableLength = 40;
const digestLength = 16;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, digestLength);

const readable = (text: string): string => text.replace(/[^\w.-]+/g, '-').slice(0, maxReadableLength);

/**
 * Which process tells: `service.instance.id`, else what all that is said of the process comes to. Traces and metrics of one
 * process say the same of it, and so are of one instance.
 */
export function instanceOf(resource: Attributes): string {
  const id = resource.text('service.instance.id');
  if (id !== undefined) return instancePattern.test(id) ? id : `${readable(id)}-${digest(id)}`;
  const service = readable(resource.text('service.name') ?? 'unknown');
  return `${service}-${digest(JSON.stringify(resource.sorted()))}`;
}

/** Nothing where it says none, or one that could not be shown. */
export function serviceVersionOf(resource: Attributes): { serviceVersion?: string } {
  const { data } = serviceVersion.safeParse(resource.text('service.version'));
  return data === undefined ? {} : { serviceVersion: data };
}

/** A service's name as a project may be called: `Shop API` gives `shop-api`. Undefined where nothing is left of it. */
export function projectNameOf(serviceName: string): string | undefined {
  const name = serviceName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxProjectLength)
    .replace(/^-+|-+$/g, '');
  return name === '' ? undefined : name;
}
