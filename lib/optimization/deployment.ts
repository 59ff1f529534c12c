import { NamespaceService } from '../cache/namespace-service.ts';
import { UpkeepService } from '../cache/upkeep-service.ts';
import type { Parts } from '../platform/parts.ts';
import { LiveSettingsService } from '../projects/live-settings/service.ts';
import type { ProjectService } from '../projects/service.ts';
import { metricReader } from '../telemetry/aws/metric-reader.ts';
import { AwsMetrics } from '../telemetry/aws/service.ts';
import { TelemetryHistory } from '../telemetry/history/service.ts';
import type { TelemetryService } from '../telemetry/service.ts';
import type { Appliers } from './applier.ts';
import { AwsApplier } from './aws/applier/aws-applier.ts';
import { createAwsClients } from './aws/clients.ts';
import type { StackOf } from './aws/configuration/model.ts';
import { AwsConfigurationReader } from './aws/configuration/reader.ts';
import { SweepSituation } from './aws/memory-sweep/situation-source.ts';
import { MemorySweeper } from './aws/memory-sweep/sweeper.ts';
import { AwsSituation } from './aws/situation-source.ts';
import { CachePolicyApplier } from './cache/policy-applier.ts';
import { cacheSource } from './cache/situation-source.ts';
import { CacheUpkeepApplier } from './cache/upkeep-applier.ts';
import { IndexApplier } from './databases/index-applier.ts';
import { deployedSecrets } from './databases/secrets.ts';
import { DatabaseService } from './databases/service.ts';
import { queryAdviceSource } from './databases/situation-source.ts';
import type { Experiments } from './experiments.ts';
import type { ProfileChoices } from './profile-choice.ts';
import { profileChoices } from './profiles/choices.ts';
import { ProfileService } from './profiles/service.ts';
import { settingApplier } from './settings/applier.ts';
import { settingsExperiments } from './settings/experiments.ts';
import { liveSettingsSource } from './settings/source.ts';
import type { SituationSource } from './situation-source.ts';

/** What a deployment can read and change. */
export interface Deployment {
  appliers: Appliers;
  sources: readonly SituationSource[];
  sweeper: MemorySweeper;
  /** Absent: of no stack anything is known. */
  stackOf?: StackOf;
  /** Absent: there are no profiles. */
  profiles?: ProfileChoices;
  /** Absent: services are not told of experiments. */
  experiments?: Experiments;
}

/** Each kind of change has its line here. */
export function deploymentOf(
  parts: Pick<Parts, 'table' | 'clock'>,
  { projects, telemetry }: { projects: ProjectService; telemetry: TelemetryService },
): Deployment {
  const liveSettings = new LiveSettingsService(parts);
  const { clock } = parts;
  const namespaces = new NamespaceService(parts);
  const databases = new DatabaseService(parts, projects, { environment: process.env, readSecret: deployedSecrets() });
  const aws = createAwsClients();
  const history = new TelemetryHistory(telemetry, projects, clock);
  const metrics = new AwsMetrics(parts, projects, metricReader());
  const reader = new AwsConfigurationReader(aws, clock);
  const applier = new AwsApplier(aws, projects);
  return {
    sweeper: new MemorySweeper(applier),
    appliers: {
      setting: settingApplier({ liveSettings, clock }),
      aws: applier,
      index: new IndexApplier(databases),
      'cache-policy': new CachePolicyApplier(namespaces),
      'cache-upkeep': new CacheUpkeepApplier(new UpkeepService(parts)),
    },
    sources: [
      liveSettingsSource(liveSettings),
      new AwsSituation({ reader, metrics, history, clock }),
      new SweepSituation(parts),
      queryAdviceSource(databases),
      cacheSource(namespaces),
    ],
    stackOf: async ({ resources: { stack, role } }) =>
      stack === undefined ? undefined : (await reader.read({ resources: { stack, role } })).stack,
    profiles: profileChoices(new ProfileService(parts, projects)),
    experiments: settingsExperiments({ liveSettings, telemetry, clock }),
  };
}
