import { type AwsRule, awsChange, evidenceOf } from './rule.ts';

/** Less hardly becomes smaller. */
const fromBytes = 1_024;

/** A REST API that sends what it answers as it is. HTTP APIs compress nothing by themselves. */
export const apiCompression: AwsRule = {
  name: 'api-compression',
  optimizationId: 'image_optimization',
  examine: (view) =>
    view.configuration.apis
      .filter(({ kind, minimumCompressionBytes }) => kind === 'rest' && minimumCompressionBytes === undefined)
      .map(({ name }) => ({
        service: 'apigateway' as const,
        resource: name,
        name: `Compress what ${name} answers`,
        description: `${name} compresses nothing. From ${fromBytes} bytes on, text becomes a fraction of its size, for callers that take it. API Gateway puts this in force with the next deployment of the API, which Headroom does not make: it would publish whatever else was edited.`,
        changes: [awsChange('apigateway', name, 'minimumCompressionSize', null, fromBytes)],
        risk: 'low' as const,
        requiresRestart: true,
        reversible: true,
        evidence: [
          evidenceOf(view, 'api.compression', name, {
            requests: view.figures?.apis.find((one) => one.name === name)?.requests,
            fromBytes,
          }),
        ],
      })),
};
