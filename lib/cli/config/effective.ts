import { type ConfigOption, configOptions } from '../../contracts/config/options.ts';
import type { ReadConfig } from './read.ts';

export type Origin =
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'file'; readonly place: string }
  | { readonly kind: 'default' };

export interface EffectiveOption {
  readonly option: ConfigOption;
  /** Text where it is from the environment, else as it is written. Absent: nobody says it, and there is no default. */
  readonly value: unknown;
  readonly origin: Origin;
}

/** What holds where no flag is given: the environment goes before the file, and the file before the default. */
export function effectiveOption(
  option: ConfigOption,
  environment: NodeJS.ProcessEnv,
  config: ReadConfig | undefined,
): EffectiveOption {
  const { section, name, variable } = option;
  const said = environment[variable];
  if (said !== undefined && said !== '') return { option, value: said, origin: { kind: 'environment', variable } };
  const written = (config?.values[section] as Record<string, unknown> | undefined)?.[name];
  if (config !== undefined && written !== undefined && written !== null) {
    return { option, value: written, origin: { kind: 'file', place: config.placeOf([section, name]) } };
  }
  return { option, value: option.usual, origin: { kind: 'default' } };
}

export const effectiveOptions = (environment: NodeJS.ProcessEnv, config: ReadConfig | undefined): EffectiveOption[] =>
  configOptions.map((option) => effectiveOption(option, environment, config));

/** What the file and `HEADROOM_DEPLOY_*` say of a deployment; what neither says is left to the defaults. */
export const deploymentSettings = (
  environment: NodeJS.ProcessEnv,
  config: ReadConfig | undefined,
): Record<string, unknown> =>
  Object.fromEntries(
    effectiveOptions(environment, config)
      .filter(({ option, origin }) => option.section === 'deployment' && origin.kind !== 'default')
      .map(({ option, value }) => [option.name, value]),
  );

export const originInWords = (origin: Origin): string =>
  origin.kind === 'environment' ? origin.variable : origin.kind === 'file' ? origin.place : 'default';
