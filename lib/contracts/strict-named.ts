import { z } from 'zod';

/**
 * An object that takes the names of its shape and no others. A name that it does not know is refused together with the one that was
 * probably meant.
 */
export const strictNamed = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? refusal(issue.keys as string[], Object.keys(shape)) : undefined,
  });

const refusal = (unknown: readonly string[], known: readonly string[]): string =>
  unknown
    .map((name) => {
      const near = nearestOf(name, known);
      return `\`${name}\` is not known here: ${near === undefined ? `there are ${known.join(', ')}` : `did you mean \`${near}\`?`}`;
    })
    .join('; ');

/** Undefined where none is near: then any of them may have been meant. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((one) => ({ one, edits: editsBetween(spelled(name), spelled(one)) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= Math.max(3, name.length / 3) ? best.one : undefined;
}

/** `cpu_threshold` and `cpuThreshold` are the same word. */
const spelled = (name: string): string => name.replace(/[^a-z0-9]/gi, '').toLowerCase();

/** Levenshtein's distance: letters put in, taken out or replaced. Names are short; the longest that is compared has 100. */
function editsBetween(left: string, right: string): number {
  const [a, b] = [left.slice(0, 100), right.slice(0, 100)];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
