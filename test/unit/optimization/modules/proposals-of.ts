import type { OptimizationModule, Proposed } from '../../../../lib/optimization/module.ts';
import { type AwsRule, awsModule } from '../../../../lib/optimization/modules/aws/rule.ts';
import { type Seen, viewOf } from '../../../support/optimization/aws-view.ts';
import { situationOf } from '../../../support/optimization/situation.ts';

/** What a module, or a rule as a module, proposes. */
export function proposalsOf(of: AwsRule | OptimizationModule | undefined, seen: Seen): Proposed[] {
  if (of === undefined) throw new Error('there is no such module');
  const { configuration: aws, figures, bottlenecks, traffic } = viewOf(seen);
  const situation = situationOf({
    aws,
    bottlenecks,
    hourlyTraffic: traffic,
    ...(figures === undefined ? {} : { awsFigures: figures }),
  });
  return ('plan' in of ? of : awsModule(of)).plan(situation);
}
