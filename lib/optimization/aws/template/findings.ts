import type { TemplateAnalysis, TemplateFinding } from '../../../contracts/template-analyses.ts';
import type { AwsFinding, AwsRule, AwsView } from '../../modules/aws/rule.ts';
import { awsRules } from '../../modules/aws/rules.ts';
import { templateRules } from '../../modules/aws/template-rules.ts';
import type { AwsConfiguration } from '../configuration/model.ts';
import { apisOf } from './apis.ts';
import { lambdasOf } from './lambdas.ts';
import { parseTemplate, type TemplateResource } from './parse.ts';
import { cachesOf, queuesOf, tablesOf } from './stores.ts';
import { Values } from './values.ts';

/** Of kinds that a configuration has. */
const known =
  /^AWS::(Lambda::Function|Serverless::(Function|Api|HttpApi)|ApiGateway::RestApi|ApiGatewayV2::Api|SQS::Queue|DynamoDB::Table|ElastiCache::ServerlessCache)$/;

type Examined = Pick<TemplateAnalysis, 'resources' | 'examined' | 'findings' | 'problems'>;

/**
 * What there is to say of a template before anything of it runs: by the rules of an account, as far as they need nothing measured.
 *
 * @param at ISO 8601
 * @throws DomainError invalid-request
 */
export function examineTemplate(text: string, at: string): Examined {
  const template = parseTemplate(text);
  const values = new Values(template);
  const configuration: AwsConfiguration = {
    readAt: at,
    lambdas: lambdasOf(values),
    apis: apisOf(values),
    tables: tablesOf(values),
    queues: queuesOf(values),
    caches: cachesOf(values),
    problems: [],
  };
  const view: AwsView = { configuration, bottlenecks: [], traffic: new Map(), from: at, to: at };
  const byId = new Map(template.resources.map((resource) => [resource.logicalId, resource]));
  const findings = [...awsRules, ...templateRules].flatMap((rule) =>
    rule.examine(view).flatMap((finding) => findingOf(rule, finding, byId.get(finding.resource))),
  );
  const { lambdas, apis, tables, queues, caches } = configuration;
  const examined = new Set([...lambdas, ...apis, ...tables, ...queues, ...caches].map(({ name }) => name));
  const unknown = template.resources.filter(({ type, logicalId }) => known.test(type) && !examined.has(logicalId));
  return {
    resources: template.resources.length,
    examined: examined.size,
    findings: findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    problems: unknown.map(
      ({ logicalId, line }) => `${logicalId} (line ${line}) has values that are not known before a deployment.`,
    ),
  };
}

function findingOf(rule: AwsRule, finding: AwsFinding, resource: TemplateResource | undefined): TemplateFinding[] {
  if (resource === undefined) return [];
  const { service, name, description, risk, changes } = finding;
  return [
    {
      optimizationId: 'stack_optimization',
      module: rule.name,
      logicalId: resource.logicalId,
      type: resource.type,
      line: resource.line,
      service,
      name,
      description,
      risk,
      proposed: changes.flatMap((one) =>
        one.kind === 'aws' ? [{ property: one.property, before: one.before, after: one.after }] : [],
      ),
    },
  ];
}
