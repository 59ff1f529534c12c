import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { bootstrapVersionParameter, type Finding, leastBootstrapVersion } from '../contracts/deployment.ts';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { functionDefinition, functionNames } from '../contracts/functions.ts';
import type { AwsCaller } from './caller.ts';
import { codeOf, type DeploymentClients, isDenied } from './clients.ts';
import { findStack } from './stack.ts';

/** Lambda keeps so many for functions that reserve none. */
const leastUnreserved = 100;
/** Below, a load test has hardly a worker to begin with. */
const fewExecutions = 50;

/** Looks at what a deployment would fail at, before it begins. Never rejects: what cannot be looked at is a warning. */
export async function preflight(
  clients: DeploymentClients,
  caller: AwsCaller,
  options: DeploymentOptions,
): Promise<Finding[]> {
  const { account, arn, region } = caller;
  const who: Finding = { subject: 'credentials', verdict: 'ok', detail: `${arn} in account ${account}, ${region}` };
  const found = await Promise.all([
    guarded('bootstrap', () => bootstrap(clients, caller)),
    guarded('Lambda', () => concurrency(clients)),
    guarded('stack', () => stackState(clients, options.stage)),
  ]);
  return [who, ...found, zones(region, options), ...regions(region, options)];
}

async function guarded(subject: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    const detail = isDenied(error) ? 'you may not look at it' : `it could not be looked at (${codeOf(error)})`;
    return { subject, verdict: 'warn', detail };
  }
}

async function bootstrap({ ssm }: DeploymentClients, { account, region }: AwsCaller): Promise<Finding> {
  const subject = 'bootstrap';
  const next = `Run \`npx cdk bootstrap aws://${account}/${region}\` once.`;
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: bootstrapVersionParameter }));
    const version = Number(Parameter?.Value);
    return version >= leastBootstrapVersion
      ? { subject, verdict: 'ok', detail: `version ${version}` }
      : {
          subject,
          verdict: 'fail',
          detail: `version ${Parameter?.Value}, where ${leastBootstrapVersion} is needed`,
          next,
        };
  } catch (error) {
    if (codeOf(error) !== 'ParameterNotFound') throw error;
    return { subject, verdict: 'fail', detail: `CDK has not been set up in ${region}`, next };
  }
}

const reserved = functionNames.reduce((sum, name) => sum + (functionDefinition(name).reservedConcurrency ?? 0), 0);

async function concurrency({ lambda }: DeploymentClients): Promise<Finding> {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {};
  const detail = `${ConcurrentExecutions} executions at once, ${UnreservedConcurrentExecutions} of them not reserved; the stack reserves ${reserved}`;
  const next = 'Ask for more: Service Quotas, AWS Lambda, "Concurrent executions".';
  if (reserved > 0 && UnreservedConcurrentExecutions - reserved < leastUnreserved) {
    return { subject: 'Lambda', verdict: 'fail', detail: `${detail}, and ${leastUnreserved} must be left`, next };
  }
  if (ConcurrentExecutions < fewExecutions) {
    return { subject: 'Lambda', verdict: 'warn', detail: `${detail}: load tests will have few workers`, next };
  }
  return { subject: 'Lambda', verdict: 'ok', detail };
}

async function stackState(clients: DeploymentClients, stage: string): Promise<Finding> {
  const subject = 'stack';
  const { status } = await findStack(clients, stage);
  const name = `headroom-${stage}`;
  if (status === undefined) return { subject, verdict: 'ok', detail: `${name} is new` };
  const detail = `${name} is ${status}`;
  if (status.endsWith('_IN_PROGRESS')) return { subject, verdict: 'fail', detail, next: 'Wait until it is done.' };
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED' || status === 'DELETE_FAILED') {
    return { subject, verdict: 'fail', detail, next: `Take it away first: \`headroom destroy --stage ${stage}\`.` };
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    const next = `Run \`aws cloudformation continue-update-rollback --stack-name ${name}\`.`;
    return { subject, verdict: 'fail', detail, next };
  }
  return { subject, verdict: 'ok', detail: `${detail}; it will be updated` };
}

/** Nothing tells where ElastiCache Serverless is offered, but for one region where zones by name mean other ones in each account. */
function zones(region: string, { cacheTier, cacheSubnetIds, cacheZones }: DeploymentOptions): Finding {
  const subject = 'zones of tier 2';
  const ok = (detail: string): Finding => ({ subject, verdict: 'ok', detail });
  if (cacheTier === 'none') return ok('there is none');
  if (cacheSubnetIds !== undefined) return ok('those of your subnets');
  const other = cacheZones?.find((zone) => !zone.startsWith(region));
  if (other !== undefined) {
    return { subject, verdict: 'fail', detail: `${other} is not in ${region}`, next: 'Name zones of the region.' };
  }
  if (cacheZones !== undefined) return ok(cacheZones.join(' and '));
  if (region === 'us-east-1') return ok('use1-az4 and use1-az6');
  return ok(`the first two of ${region}; should ElastiCache refuse one, name two others by cacheZones`);
}

function regions(region: string, { edge, certificateArn }: DeploymentOptions): Finding[] {
  const found: Finding[] = [];
  if (edge === 'cloudfront-waf') {
    const fits = region === 'us-east-1';
    const next = 'Deploy there, or use `edge=cloudfront` with `webAclArn`.';
    const detail = 'a firewall before CloudFront must be made in us-east-1';
    found.push(fits ? { subject: 'edge', verdict: 'ok', detail } : { subject: 'edge', verdict: 'fail', detail, next });
  }
  const where = certificateArn?.split(':')[3];
  const wanted = edge === 'none' ? region : 'us-east-1';
  if (where !== undefined && where !== wanted) {
    const detail = `it is in ${where}, and must be in ${wanted}`;
    found.push({ subject: 'certificate', verdict: 'fail', detail, next: `Ask ACM for one in ${wanted}.` });
  }
  return found;
}
