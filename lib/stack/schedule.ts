import { Duration } from 'aws-cdk-lib';
import { Schedule as Every, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import { resourceName } from './naming.ts';

/** The rules that call functions by the clock. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { functions, stage }: { functions: Functions; stage: string }) {
    super(scope, id);
    for (const { name, lambda, definition, undelivered } of functions.all) {
      const { trigger } = definition;
      if (trigger.kind !== 'schedule') continue;
      const rule = new Rule(this, name, {
        ruleName: resourceName(stage, name),
        description: definition.description,
        schedule: Every.rate(Duration.minutes(trigger.everyMinutes)),
      });
      rule.addTarget(
        new LambdaTarget(lambda, {
          retryAttempts: 2,
          maxEventAge: Duration.minutes(trigger.everyMinutes),
          ...(undelivered === undefined ? {} : { deadLetterQueue: undelivered }),
        }),
      );
    }
  }
}
