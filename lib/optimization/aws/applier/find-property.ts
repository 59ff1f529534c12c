import type { ChangeOf } from '../../../contracts/optimizations.ts';
import { DomainError } from '../../../platform/errors.ts';
import { properties } from './properties.ts';
import type { AwsProperty } from './property.ts';

/** Escaped first: what stands in a path is no pattern. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[$.*]/g, '\\$&').replace(/\{\w+\}/g, '([^/]+)')}$`);

const patterns = properties.map((property) => ({ property, pattern: patternOf(property.path) }));

/** @throws DomainError invalid-request when Headroom changes no such property */
export function findProperty({ service, property: path }: Pick<ChangeOf<'aws'>, 'service' | 'property'>): {
  property: AwsProperty;
  parts: string[];
} {
  for (const { property, pattern } of patterns) {
    const found = property.service === service ? pattern.exec(path) : null;
    if (found !== null) return { property, parts: found.slice(1) };
  }
  throw new DomainError('invalid-request', `Headroom changes no property ${path} of ${service}.`);
}
