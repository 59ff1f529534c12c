/** How many letters must be changed, added, left out, or swapped with the next one, to make one word of another (optimal string alignment). */
export function distanceOf(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const changed = (last?.[j - 1] ?? 0) + (isSame ? 0 : 1);
      const longer = Math.min((last?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row.push(Math.min(changed, longer, isSwapped ? (before?.[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY));
    }
    [before, last] = [last, row];
  }
  return last?.[b.length] ?? 0;
}

/**
 * What was probably meant; `cpu_threshold` and `cpuThreshold` are the same word.
 * @param most letters that may differ: a third of it, but these at least
 * @returns undefined when nothing is near
 */
export function nearest(word: string, known: readonly string[], most = 1): string | undefined {
  const plain = (text: string): string =>
    text
      .slice(0, longest)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '');
  const ranked = known
    .map((name) => ({ name, distance: distanceOf(plain(word), plain(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(most, Math.floor(word.length / 3)) ? best.name : undefined;
}

/** Names are short: of a longer text no more is compared. */
const longest = 100;
