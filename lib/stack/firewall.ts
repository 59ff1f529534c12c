import { Aws, CfnRule, Fn } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { resourceName } from './naming.ts';

/**
 * Rules that AWS keeps, and of each those that are only counted: values of a cache, scripts of load tests and reports of services
 * are bodies that look like anything, and many are larger than the 8 KB that one of the rules takes.
 */
const managedRules: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesAmazonIpReputationList: [],
  AWSManagedRulesCommonRuleSet: [
    'SizeRestrictions_BODY',
    'CrossSiteScripting_BODY',
    'EC2MetaDataSSRF_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
  ],
  AWSManagedRulesKnownBadInputsRuleSet: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
};

/** A firewall for CloudFront, which takes those of one region only. */
export class Firewall extends Construct {
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    { stage, edgeRequestsPerFiveMinutes }: Pick<DeploymentOptions, 'stage' | 'edgeRequestsPerFiveMinutes'>,
  ) {
    super(scope, id);
    new CfnRule(this, 'Region', {
      assertions: [
        {
          assert: Fn.conditionEquals(Aws.REGION, 'us-east-1'),
          assertDescription:
            'The firewall of a distribution can only be made in us-east-1: deploy there, or give one by webAclArn.',
        },
      ],
    });
    const seen = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
      metricName,
    });
    const managed = Object.entries(managedRules).map(
      ([name, counted], index): CfnWebACL.RuleProperty => ({
        name,
        priority: index + 1,
        overrideAction: { none: {} },
        statement: {
          managedRuleGroupStatement: {
            vendorName: 'AWS',
            name,
            ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
          },
        },
        visibilityConfig: seen(name),
      }),
    );
    const rate: CfnWebACL.RuleProperty = {
      name: 'rate',
      priority: 0,
      action: { block: { customResponse: { responseCode: 429 } } },
      statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: edgeRequestsPerFiveMinutes } },
      visibilityConfig: seen('rate'),
    };
    this.arn = new CfnWebACL(this, 'WebAcl', {
      name: resourceName(stage, 'edge'),
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rules: [rate, ...managed],
      visibilityConfig: seen(resourceName(stage, 'edge')),
    }).attrArn;
  }
}
