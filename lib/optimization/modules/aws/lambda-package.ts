import type { LambdaConfiguration } from '../../aws/configuration/model.ts';
import { type AwsRule, advice, evidenceOf } from './rule.ts';

const megabyte = 2 ** 20;
/** Compressed, with layers: below it, loading takes little of a start. */
const largeMb = 20;

/** Advice to make a large package smaller: it is fetched and read at each cold start. */
export const lambdaPackage: AwsRule = {
  name: 'lambda-package',
  optimizationId: 'image_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap((lambda) => {
      const { name, packageType, layers, reports } = lambda;
      const bytes = packageBytes(lambda);
      if (packageType === 'Image' || bytes < largeMb * megabyte) return [];
      const mb = Math.round(bytes / megabyte);
      return [
        {
          ...advice,
          service: 'lambda',
          resource: name,
          name: `A smaller package of ${name}`,
          description: `${name} is ${mb} MB compressed${layers.length === 0 ? '' : ` with its ${layers.length} layers`}, which is fetched and read at each cold start${reports?.p50InitMs === undefined ? '' : ` (${Math.round(reports.p50InitMs)} ms in the middle)`}. Bundle it and leave out what it does not use; AWS's own SDK is part of most runtimes.`,
          risk: 'low',
          requiresRestart: true,
          evidence: [
            evidenceOf(view, 'lambda.package', name, {
              packageMb: mb,
              layers: layers.length,
              coldStarts: reports?.coldStarts,
              p50InitMs: reports?.p50InitMs,
            }),
          ],
        },
      ];
    }),
};

const packageBytes = ({ codeBytes = 0, layers }: LambdaConfiguration): number =>
  layers.reduce((sum, { bytes = 0 }) => sum + bytes, codeBytes);
