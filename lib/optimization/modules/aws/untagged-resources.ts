import type { OptimizationModule } from '../../module.ts';
import { advice, evidenceOf } from './rule.ts';

const maxNamed = 10;

/** Advice to put the tag, in the template where there is one, on what Headroom may otherwise only look at. */
export const untaggedResources: OptimizationModule = {
  name: 'untagged-resources',
  optimizationId: 'stack_optimization',
  plan({ aws, project }) {
    if (aws === undefined) return [];
    const { lambdas, apis, tables, queues, caches, stack } = aws;
    const all = [...lambdas, ...apis, ...tables, ...queues, ...caches];
    const untagged = all.filter(({ isManaged }) => !isManaged).map(({ name }) => name);
    if (untagged.length === 0) return [];
    const named = untagged.slice(0, maxNamed).join(', ');
    return [
      {
        ...advice,
        name: 'Let Headroom change resources',
        description: `${untagged.length} of ${all.length} resources do not have the tag headroom:managed=true, so Headroom only advises about them: ${named}${untagged.length > maxNamed ? ' and others' : ''}. Put it on those that Headroom may change${stack === undefined ? '' : `, in the template of the stack ${stack.name}`}.`,
        risk: 'low',
        evidence: [
          evidenceOf({ from: aws.readAt, to: aws.readAt }, 'aws.tags', project.project, {
            resources: all.length,
            untagged: untagged.length,
          }),
        ],
      },
    ];
  },
};
