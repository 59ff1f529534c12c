import type { OptimizationModule } from '../../module.ts';
import { advice, evidenceOf } from './rule.ts';

const maxTold = 10;

/** Says what could not be read of a project's resources: nothing is planned for that, which would else look like nothing to plan. */
export const unreadResources: OptimizationModule = {
  name: 'unread-resources',
  optimizationId: 'stack_optimization',
  plan({ aws, project }) {
    if (aws === undefined || aws.problems.length === 0) return [];
    const { problems, readAt } = aws;
    const more = problems.length > maxTold ? ` And ${problems.length - maxTold} more.` : '';
    return [
      {
        ...advice,
        name: 'Let Headroom read resources',
        description: `For what could not be read nothing is planned. ${problems.slice(0, maxTold).join(' ')}${more}`,
        risk: 'low',
        evidence: [
          evidenceOf({ from: readAt, to: readAt }, 'aws.problems', project.project, { problems: problems.length }),
        ],
      },
    ];
  },
};
