import type { NamespaceService } from '../../cache/namespace-service.ts';
import { type CachePolicy, cachePolicy } from '../../contracts/cache-policy.ts';
import type { ChangeOf } from '../../contracts/optimizations.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Applier, Held } from '../applier.ts';
import { changeValue } from '../change-value.ts';
import { isSameValue } from '../sides.ts';
import { requireOwnNamespace } from './own-namespace.ts';

type PolicyChange = ChangeOf<'cache-policy'>;

/** Changes one field of a namespace's policy at a time, whatever becomes of the others meanwhile. */
export class CachePolicyApplier implements Applier<'cache-policy'> {
  readonly #namespaces: Pick<NamespaceService, 'policy' | 'change'>;

  constructor(namespaces: Pick<NamespaceService, 'policy' | 'change'>) {
    this.#namespaces = namespaces;
  }

  async read(project: string, change: PolicyChange): Promise<Held> {
    const field = fieldOf(project, change);
    const { policy, revision } = await this.#namespaces.policy(change.namespace);
    return { value: changeValue(policy[field]), revision: String(revision) };
  }

  async write(project: string, change: PolicyChange, value: Held['value'], held: Held): Promise<Held> {
    const field = fieldOf(project, change);
    const current = await this.read(project, change);
    if (isSameValue(current.value, value)) return current;
    const written = await this.#namespaces.change(change.namespace, ({ policy }) => {
      if (!isSameValue(changeValue(policy[field]), held.value)) {
        const detail = `${change.field} of ${change.namespace} was changed by someone else meanwhile.`;
        throw new DomainError('conflict', detail);
      }
      return withField(policy, change, value);
    });
    return { value, revision: String(written.revision) };
  }
}

/** @throws DomainError forbidden, invalid-request */
function fieldOf(project: string, { namespace, field }: PolicyChange): keyof CachePolicy {
  requireOwnNamespace(project, namespace);
  if (Object.hasOwn(cachePolicy.shape, field)) return field as keyof CachePolicy;
  throw new DomainError('invalid-request', `A cache policy has no field ${field}.`);
}

/** null: without it, which where there is a default is that. */
function withField(policy: CachePolicy, { field, namespace }: PolicyChange, value: Held['value']): CachePolicy {
  const { [field]: _, ...others } = policy as Record<string, unknown>;
  const parsed = cachePolicy.safeParse({ ...others, ...(value === null ? {} : { [field]: value }) });
  if (parsed.success) return parsed.data;
  throw new DomainError('invalid-request', `${field} of ${namespace} cannot be ${JSON.stringify(value)}.`);
}
