import type { AskConcurrency } from '../load/account-concurrency.ts';
import type { Handlers } from '../platform/http/door.ts';
import { KeyService } from '../platform/keys/service.ts';
import type { Parts } from '../platform/parts.ts';
import { LiveSettingsService } from '../projects/live-settings/service.ts';
import { ProjectService } from '../projects/service.ts';
import { cloudFormationOf } from './aws/clients.ts';
import { memorySweepHandlers } from './aws/memory-sweep/handlers.ts';
import { templateHandlers } from './aws/template/handlers.ts';
import { TemplateAnalyses } from './aws/template/service.ts';
import { databaseHandlers } from './databases/handlers.ts';
import { deployedSecrets } from './databases/secrets.ts';
import { DatabaseService } from './databases/service.ts';
import { optimizationHandlers } from './handlers.ts';
import { optimizationModules } from './modules/modules.ts';
import { optimizing } from './optimizing.ts';
import { profileHandlers } from './profiles/handlers.ts';
import { ProfileService } from './profiles/service.ts';
import { liveSettingsHandlers } from './settings/handlers.ts';
import { SettingsService } from './settings/service.ts';

/** All that the function `optimization-api` serves. @param concurrency of the account */
export function optimizationApi(parts: Parts, concurrency: AskConcurrency): Handlers<'optimization-api'> {
  const projects = new ProjectService(parts);
  const liveSettings = new LiveSettingsService(parts);
  const takesLocal = parts.configuration.localDatabases;
  const databases = new DatabaseService(parts, projects, {
    environment: process.env,
    readSecret: deployedSecrets(),
    takesLocal,
  });
  const services = optimizing(parts, { modules: optimizationModules, concurrency });
  const { clock, ids } = parts;
  const { freezes, audit } = services;
  const settings = new SettingsService({ clock, ids, projects, liveSettings, freezes, audit });
  const templates = new TemplateAnalyses({ clock, projects, cloudFormationOf: cloudFormationOf() });
  return {
    ...profileHandlers(new ProfileService(parts, projects)),
    ...databaseHandlers(databases),
    ...liveSettingsHandlers({ settings, keys: new KeyService(parts) }),
    ...optimizationHandlers(services),
    ...memorySweepHandlers(services.sweeps),
    ...templateHandlers(templates),
  };
}
