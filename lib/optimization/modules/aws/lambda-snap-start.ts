import { type AwsRule, advice, evidenceOf } from './rule.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html */
const canSnapStart = /^(java(1[1-9]|[2-9]\d)|python3\.(1[2-9]|[2-9]\d)|dotnet([89]|\d\d))/;
const isPaid = /^(python|dotnet)/;
/** Of Java, where it is free, a start is known to be long; of the others it must have been seen. */
const minInitMs = 500;

/** Advice to start from a snapshot. What is unique or connected at the start must be made anew after it, so it is no change of ours. */
export const lambdaSnapStart: AwsRule = {
  name: 'lambda-snap-start',
  optimizationId: 'image_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap(({ name, runtime = '', hasSnapStart, packageType, reports }) => {
      if (hasSnapStart || packageType === 'Image' || !canSnapStart.test(runtime)) return [];
      const initMs = reports?.p50InitMs;
      const isLong = initMs === undefined ? runtime.startsWith('java') && reports === undefined : initMs >= minInitMs;
      if (!isLong) return [];
      return [
        {
          ...advice,
          service: 'lambda',
          resource: name,
          name: `Start ${name} from a snapshot`,
          description: `${name} runs on ${runtime}${initMs === undefined ? '' : ` and takes ${Math.round(initMs)} ms to start in the middle`}. With SnapStart on its published versions it starts from a snapshot of the memory after its initialization${isPaid.test(runtime) ? ' (which costs extra on this runtime)' : ''}. Make random seeds, secrets and connections anew after a restore first.`,
          risk: 'medium',
          requiresRestart: true,
          evidence: [evidenceOf(view, 'lambda.init', name, { p50InitMs: initMs, coldStarts: reports?.coldStarts })],
        },
      ];
    }),
};
