import type { LiveSettingName, LiveSettings } from '../../contracts/live-settings.ts';
import type { OwnErrors } from '../telemetry/own-errors.ts';
import type { PutInForce } from './follower.ts';

/** Brings one setting into force; undefined takes it back: all is as if it had never been. */
export type Effect<Name extends LiveSettingName> = (value: LiveSettings[Name] | undefined) => void;

type Effects = { [Name in LiveSettingName]?: Effect<Name> };
type AnyEffect = Effect<LiveSettingName>;

/** Each is loaded when its setting is set for the first time. */
export type EffectLoaders = { readonly [Name in LiveSettingName]: () => Promise<Effect<Name>> };

/** All that a process has of them. */
export class SettingEffects implements PutInForce {
  readonly #loaders: EffectLoaders;
  readonly #errors: OwnErrors;
  readonly #effects: Effects = {};
  #applied: LiveSettings = {};

  constructor(loaders: EffectLoaders, errors: OwnErrors) {
    this.#loaders = loaders;
    this.#errors = errors;
  }

  /** What is applied now. */
  get applied(): LiveSettings {
    return this.#applied;
  }

  async prepare(settings: LiveSettings): Promise<void> {
    for (const name of Object.keys(settings) as LiveSettingName[]) {
      if (this.#effects[name] !== undefined) continue;
      try {
        Object.assign(this.#effects, { [name]: await this.#loaders[name]() });
      } catch (error) {
        this.#errors.failed(`Loading what ${name} takes`, error);
      }
    }
  }

  apply(settings: LiveSettings): void {
    const before = this.#applied;
    this.#applied = settings;
    for (const [name, effect] of Object.entries(this.#effects) as [LiveSettingName, AnyEffect][]) {
      const value = settings[name];
      // What is as it was goes on undisturbed: a cache keeps what it holds.
      if (JSON.stringify(value) === JSON.stringify(before[name])) continue;
      this.#errors.guard(`Changing ${name}`, () => effect(value));
    }
  }
}
