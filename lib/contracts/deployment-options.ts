import { z } from 'zod';
import { accessOptions, requireWholeOidc } from './access-options.ts';

/** From `-c name=value`, where everything is text, and from cdk.json, where it is not. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** CloudWatch keeps logs for these times only. */
const retentionDays = z.coerce
  .number<number | string>()
  .pipe(z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]));

/** Two, as `us-east-1b,us-east-1d`. */
const zonePair = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z],[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'must be two zones, as in us-east-1b,us-east-1d')
  .transform((text) => text.split(','))
  .refine(([one, other]) => one !== other, 'must be two different zones');

/** A list, or text with commas between its parts. */
const listOf = (pattern: RegExp, what: string) =>
  z
    .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
    .refine((parts) => parts.length > 0 && parts.every((part) => pattern.test(part)), `must be ${what}`);

const subnetIds = listOf(/^subnet-[0-9a-f]{8,17}$/, 'ids of subnets, as in subnet-0a1b2c3d,subnet-4e5f6a7b');

/** `{ team: perf }`, or `team=perf,centre=42`. */
const tagList = z
  .union([
    z.record(z.string(), z.string()),
    z
      .string()
      .regex(/^[^=,]+=[^,]*(,[^=,]+=[^,]*)*$/, 'must be tags, as in team=perf,centre=42')
      .transform((text) => Object.fromEntries(text.split(',').map((tag) => tag.split(/=(.*)/s).slice(0, 2)))),
  ])
  .refine((tags) => Object.keys(tags).length <= 40, 'must be 40 tags at most')
  .refine(
    (tags) => Object.keys(tags).every((name) => !/^(aws:|headroom:|Project$)/i.test(name) && name.length <= 128),
    'must not be named aws:..., headroom:... or Project',
  );

const arnOf = (pattern: RegExp, example: string) => z.string().regex(pattern, `must be an ARN, as in ${example}`);

/** What a deployment decides: in `-c name=value` of CDK, in flags, or in a file. */
export const deploymentOptions = z
  .strictObject({
    stage: z
      .string()
      .max(20)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be 1 to 20 characters of a-z and 0-9, with single hyphens between them')
      .default('main')
      .describe('Tells deployments in one account apart'),
    alarmEmail: z.email().optional().describe('Also receives the alarms; the address must confirm once'),
    removalPolicy: z
      .enum(['retain', 'destroy'])
      .default('retain')
      .describe('Whether the tables outlive the stack, or are deleted with everything in them'),
    deletionProtection: flag.optional().describe('Of the tables. Default: when they are retained'),
    logRetentionDays: retentionDays.default(30).describe('How long CloudWatch keeps what functions log'),
    requestsPerSecond: z.coerce
      .number<number | string>()
      .int()
      .min(1)
      .max(10_000)
      .default(500)
      .describe('What the API takes at most'),
    burstRequests: z.coerce
      .number<number | string>()
      .int()
      .min(1)
      .max(5_000)
      .default(1_000)
      .describe('What it takes at once'),
    privateTargets: z
      .enum(['allow', 'deny'])
      .default('deny')
      .describe('Whether private addresses may be load-tested, and without proof of ownership'),
    testingPolicy: z
      .enum(['read', 'unread'])
      .default('unread')
      .describe(
        "`read`: you have read AWS's policy on stress tests, https://aws.amazon.com/ec2/testing/. Without it only private " +
          'targets are load-tested',
      ),
    loadWorkers: z.coerce
      .number<number | string>()
      .int()
      .min(0)
      .max(300)
      .default(0)
      .describe('Workers of a load test that does not say how many; 0: by its users or rate'),
    cacheTier: z
      .enum(['serverless', 'none'])
      .default('serverless')
      .describe(
        'Tier 2 of caches: ElastiCache Serverless in a VPC, about 6 USD a month at rest, or none, and caches live in ' +
          'memory and DynamoDB',
      ),
    redisLimitGb: z.coerce
      .number<number | string>()
      .int()
      .min(1)
      .max(5_000)
      .default(1)
      .describe('What tier 2 holds at most'),
    redisLimitEcpuPerSecond: z.coerce
      .number<number | string>()
      .int()
      .min(1_000)
      .max(15_000_000)
      .default(10_000)
      .describe('What tier 2 does at most; a small read or write is one unit'),
    cacheZones: zonePair
      .optional()
      .describe(
        'Two zones for tier 2, where the first two of the region will not do; go through `none` to change them',
      ),
    ...accessOptions,
    routeAuthorization: z
      .enum(['keys', 'iam'])
      .default('keys')
      .describe(
        '`iam`: API Gateway also asks for a signature (SigV4) by an identity of AWS that may `execute-api:Invoke`, on all ' +
          'routes but the public ones; the key of Headroom then goes into the header `Headroom-Key`. Browsers cannot sign: ' +
          'the dashboard is of no use then',
      ),
    edge: z
      .enum(['none', 'cloudfront', 'cloudfront-waf'])
      .default('none')
      .describe(
        'What stands before the API: nothing; a distribution of CloudFront, the only way in then; or one with a firewall ' +
          '(AWS WAF), whose stack must be in us-east-1',
      ),
    edgeRequestsPerFiveMinutes: z.coerce
      .number<number | string>()
      .int()
      .min(100)
      .max(2_000_000_000)
      .default(30_000)
      .describe('With `cloudfront-waf`: what one address may ask in five minutes'),
    webAclArn: arnOf(
      /^arn:[\w-]+:wafv2:us-east-1:\d{12}:global\/webacl\/\S+$/,
      'arn:aws:wafv2:us-east-1:123456789012:global/webacl/NAME/ID',
    )
      .optional()
      .describe('With `edge: cloudfront`: a firewall of your own, where the stack is in another region than us-east-1'),
    domainName: z
      .string()
      .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'must be a host name in small letters')
      .optional()
      .describe('Where the API answers in place of the name that AWS gives it'),
    certificateArn: arnOf(
      /^arn:[\w-]+:acm:[a-z0-9-]+:\d{12}:certificate\/\S+$/,
      'arn:aws:acm:eu-central-1:123456789012:certificate/ID',
    )
      .optional()
      .describe("Of `domainName`, in the stack's region, or with an `edge` in us-east-1"),
    hostedZoneId: z
      .string()
      .regex(/^Z[A-Z0-9]{5,31}$/, 'must be the id of a hosted zone of Route 53')
      .optional()
      .describe('Where the record of `domainName` is made; without it, you make it'),
    vpcId: z
      .string()
      .regex(/^vpc-[0-9a-f]{8,17}$/, 'must be the id of a VPC')
      .optional()
      .describe('A network of yours, for `targetSubnetIds` and `cacheSubnetIds`'),
    targetSubnetIds: subnetIds
      .optional()
      .describe(
        'Subnets of `vpcId` for the functions that call targets, so that they reach private ones; a way out to AWS must ' +
          'lead from them (NAT or interface endpoints)',
      ),
    cacheSubnetIds: subnetIds
      .optional()
      .describe(
        'Subnets of `vpcId` in two zones for tier 2 of caches and the functions that use it, in place of a network of its ' +
          'own; their routes must lead to the gateway endpoint of DynamoDB',
      ),
    kmsKeyArn: arnOf(
      /^arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f-]{36}|mrk-[0-9a-f]{32})$/,
      'arn:aws:kms:eu-central-1:123456789012:key/ID',
    )
      .optional()
      .describe('Encrypts tables, queues, topics, logs, tier 2 and the environment of functions'),
    permissionsBoundaryArn: arnOf(/^arn:[\w-]+:iam::(\d{12}|aws):policy\/\S+$/, 'arn:aws:iam::123456789012:policy/NAME')
      .optional()
      .describe('The boundary of every role of the stack'),
    tags: tagList.optional().describe('Beside those of Headroom, on everything that can be tagged'),
  })
  .superRefine((options, { addIssue }) => {
    for (const { option, message } of conflictsOf(options)) addIssue({ code: 'custom', path: [option], message });
  })
  .superRefine(requireWholeOidc)
  .transform((options) => ({
    ...options,
    deletionProtection: options.deletionProtection ?? options.removalPolicy === 'retain',
  }));

interface Choices {
  cacheTier: 'serverless' | 'none';
  cacheZones?: string[] | undefined;
  routeAuthorization: 'keys' | 'iam';
  edge: 'none' | 'cloudfront' | 'cloudfront-waf';
  webAclArn?: string | undefined;
  domainName?: string | undefined;
  certificateArn?: string | undefined;
  hostedZoneId?: string | undefined;
  vpcId?: string | undefined;
  targetSubnetIds?: string[] | undefined;
  cacheSubnetIds?: string[] | undefined;
}

/** Options that are right by themselves, and do not go together. */
function conflictsOf(options: Choices): Array<{ option: keyof Choices; message: string }> {
  const { edge, domainName, certificateArn, vpcId, targetSubnetIds, cacheSubnetIds } = options;
  const region = certificateArn?.split(':')[3];
  const rules: Array<[when: boolean, option: keyof Choices, message: string]> = [
    [
      options.routeAuthorization === 'iam' && edge !== 'none',
      'routeAuthorization',
      'CloudFront passes requests on under another host, which no signature would fit: choose one of `iam` and `edge`',
    ],
    [options.webAclArn !== undefined && edge !== 'cloudfront', 'webAclArn', 'needs `edge: cloudfront`'],
    [domainName !== undefined && certificateArn === undefined, 'domainName', 'needs `certificateArn`'],
    [certificateArn !== undefined && domainName === undefined, 'certificateArn', 'needs `domainName`'],
    [options.hostedZoneId !== undefined && domainName === undefined, 'hostedZoneId', 'needs `domainName`'],
    [
      edge !== 'none' && region !== undefined && region !== 'us-east-1',
      'certificateArn',
      'CloudFront takes certificates of us-east-1 only',
    ],
    [targetSubnetIds !== undefined && vpcId === undefined, 'targetSubnetIds', 'needs `vpcId`'],
    [cacheSubnetIds !== undefined && vpcId === undefined, 'cacheSubnetIds', 'needs `vpcId`'],
    [
      vpcId !== undefined && targetSubnetIds === undefined && cacheSubnetIds === undefined,
      'vpcId',
      'is of no use without `targetSubnetIds` or `cacheSubnetIds`',
    ],
    [
      cacheSubnetIds !== undefined && options.cacheTier === 'none',
      'cacheSubnetIds',
      'is of no use without a tier 2 (`cacheTier: serverless`)',
    ],
    [cacheSubnetIds?.length === 1, 'cacheSubnetIds', 'must be two or more'],
    [
      cacheSubnetIds !== undefined && options.cacheZones !== undefined,
      'cacheZones',
      'follow from `cacheSubnetIds`: leave one of them out',
    ],
  ];
  return rules.flatMap(([isSo, option, message]) => (isSo ? [{ option, message }] : []));
}

/** As it is written, before defaults. */
export type DeploymentInput = z.input<typeof deploymentOptions>;
export type DeploymentOptions = z.output<typeof deploymentOptions>;

/** @throws with one line for each option that is wrong, or unknown. */
export function parseDeploymentOptions(given: Readonly<Record<string, unknown>>): DeploymentOptions {
  const parsed = deploymentOptions.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues
      .map(({ code, path, message }) =>
        code === 'unrecognized_keys' ? `${message}` : `The option ${path.join('.')}: ${message}`,
      )
      .join('\n'),
  );
}
