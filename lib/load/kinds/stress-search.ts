import type { PlayedStep } from './played-step.ts';
import type { LoadSettings } from './settings.ts';
import { mostBisections, stressLevels } from './stress-levels.ts';
import { gainOf, type StressVerdict, stressVerdicts } from './stress-verdicts.ts';

type SearchSettings = Pick<
  LoadSettings,
  'model' | 'startLevel' | 'maxLevel' | 'levelStep' | 'breakCriteria' | 'precisionPercent'
>;

/** The last level that was borne and the first that was not. */
export interface Bracket {
  /** Absent where even the lowest level was too much. */
  good?: StressVerdict;
  bad: StressVerdict;
}

export function bracketOf(verdicts: readonly StressVerdict[]): Bracket | undefined {
  const at = verdicts.findIndex(({ verdict }) => verdict !== 'ok');
  const bad = verdicts[at];
  if (bad === undefined) return undefined;
  const good = verdicts[at - 1];
  return good === undefined ? { bad } : { good, bad };
}

/**
 * The level that a stress test tries next: upwards until one is not borne, then halving what lies between the last good
 * and the first bad one. Undefined: it knows enough, or can learn no more.
 */
export function nextStressLevel(settings: SearchSettings, played: readonly PlayedStep[]): number | undefined {
  const verdicts = stressVerdicts(played, settings);
  // A generator at its end measures itself, at this level and at every higher one.
  if (verdicts.some(({ verdict }) => verdict === 'generator-limited')) return undefined;
  const bracket = bracketOf(verdicts);
  const ascent = stressLevels(settings);
  if (bracket === undefined) {
    return (
      ascent.find((level) => !played.some((step) => step.level >= level)) ??
      between(settings, lastTwo(verdicts), played.length - ascent.length)
    );
  }
  const ascended = ascent.filter((level) => played.some((step) => step.level === level)).length;
  if (played.length - ascended >= mostBisections) return undefined;
  const low = bracket.good?.step.level ?? 0;
  const high = bracket.bad.step.level;
  if (high - low <= Math.max(smallest(settings), (low * settings.precisionPercent) / 100)) return undefined;
  const middle = (low + high) / 2;
  return settings.model === 'closed' ? Math.round(middle) : Number(middle.toPrecision(6));
}

/** The last users brought less than those before them: throughput may have stopped rising on the way. */
const doubtfulGain = 0.8;

/** After the last level, where nothing was shown to be too much: whether the plateau begins between the last two. */
function between(
  { model }: SearchSettings,
  [lower, higher]: readonly (PlayedStep | undefined)[],
  probed: number,
): number | undefined {
  if (model === 'open' || lower === undefined || higher === undefined || probed >= mostBisections) return undefined;
  if (gainOf(lower, higher) >= doubtfulGain) return undefined;
  return Math.round((lower.level + higher.level) / 2);
}

const lastTwo = (verdicts: readonly StressVerdict[]): readonly (PlayedStep | undefined)[] => {
  const [lower, higher] = verdicts.slice(-2);
  return [lower?.step, higher?.step];
};

/** There is no half user. */
const smallest = ({ model, startLevel }: SearchSettings): number => (model === 'closed' ? 1 : startLevel / 100);
