import { useOf } from './function-use.ts';
import { inUsd, prices, usd } from './prices.ts';
import { type AwsRule, advice, evidenceOf } from './rule.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const runsOnArm =
  /^(nodejs(1[2-9]|[2-9]\d)|python3\.([89]|\d\d)|java(8\.al2|1[1-9]|[2-9]\d)|dotnet([6-9]|\d\d)|ruby(2\.7|[3-9])|provided\.al20?2)/;

/** Advice to run on arm64, which costs a fifth less: whether what a package brings along runs there is known to who builds it. */
export const lambdaArchitecture: AwsRule = {
  name: 'lambda-architecture',
  optimizationId: 'image_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap((lambda) => {
      const { name, architecture, runtime, packageType } = lambda;
      if (architecture === 'arm64' || packageType === 'Image' || !runsOnArm.test(runtime ?? '')) return [];
      const use = useOf(view, lambda);
      const { x86_64, arm64 } = prices.lambda.gbSecond;
      const savedUsd = use.monthlyGbSeconds === undefined ? undefined : use.monthlyGbSeconds * (x86_64 - arm64);
      return [
        {
          ...advice,
          service: 'lambda',
          resource: name,
          name: `${name} on arm64`,
          description: `${name} runs on x86_64. On arm64 the same time costs a fifth less${savedUsd === undefined ? '' : `, ${inUsd(savedUsd)}`}. Build it for arm64 (native modules and layers too), and measure it there before you change over.`,
          ...(savedUsd === undefined ? {} : { savesUsdPerMonth: usd(savedUsd) }),
          risk: 'medium',
          requiresRestart: true,
          evidence: [
            evidenceOf(view, 'lambda.architecture', name, {
              memoryMb: lambda.memoryMb,
              invocations: use.figures?.invocations,
              avgDurationMs: use.figures?.avgDurationMs,
            }),
          ],
        },
      ];
    }),
};
