/**
 * List prices in USD, as AWS had them on the day and in the region named. All that tells of costs takes them from here. Free tiers
 * are left out, for they belong to an account and not to a deployment.
 */
export const prices = {
  asOf: '2026-11',
  region: 'us-east-1',
  hoursAMonth: 730,
  /** https://aws.amazon.com/lambda/pricing/, arm64. */
  lambda: { perMillionRequests: 0.2, perGbSecond: 0.0000133334 },
  /** https://aws.amazon.com/api-gateway/pricing/, HTTP APIs; a request is counted in parts of 512 KB. */
  apiGateway: { perMillionRequests: 1 },
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/: a unit reads 4 KB (half of one, if it may be a moment old) or writes 1 KB. */
  dynamodb: { perMillionReadUnits: 0.125, perMillionWriteUnits: 0.625, perGbMonth: 0.25, perGbMonthRecovery: 0.2 },
  /** https://aws.amazon.com/sqs/pricing/, standard queues. */
  sqs: { perMillionRequests: 0.4 },
  /** https://aws.amazon.com/elasticache/pricing/, serverless for Valkey; at least `minimumGb` are billed. */
  elastiCache: { perGbHour: 0.084, perMillionEcpu: 0.0023, minimumGb: 0.1 },
  /** https://aws.amazon.com/cloudwatch/pricing/ */
  cloudWatch: { perAlarmMetricMonth: 0.1, perDashboardMonth: 3, perGbLogs: 0.5, perThousandMetricsRead: 0.01 },
  /** https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/, North America and Europe. */
  cloudFront: { perMillionRequests: 1, perGbOut: 0.085 },
  /** https://aws.amazon.com/waf/pricing/ */
  waf: { perAclMonth: 5, perRuleMonth: 1, perMillionRequests: 0.6 },
  /** https://aws.amazon.com/secrets-manager/pricing/ */
  secretsManager: { perSecretMonth: 0.4 },
  /** https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer */
  transfer: { perGbOut: 0.09 },
} as const;
