/** How far a change point may lie from where a person saw it. */
const MARGIN = 5;

/**
 * F1 as in TCPDBench (van den Burg and Williams: "An evaluation of change point detection algorithms", 2020): the harmonic mean of
 * precision, against what any person saw, and of recall, averaged over the persons. The beginning of the series counts as found and
 * as seen by all.
 *
 * @param annotations of each person
 */
export function tcpdF1(annotations: readonly (readonly number[])[], found: readonly number[]): number {
  const withBeginning = (list: readonly number[]): number[] => [...new Set([0, ...list])].sort((a, b) => a - b);
  const answer = withBeginning(found);
  const precision = matches(withBeginning(annotations.flat()), answer) / answer.length;
  const recalls = annotations.map(withBeginning).map((seen) => matches(seen, answer) / seen.length);
  const recall = recalls.reduce((sum, each) => sum + each, 0) / recalls.length;
  return (2 * precision * recall) / (precision + recall);
}

/** How many of those that were seen have one near them that was found; each that was found serves one. */
function matches(seen: readonly number[], found: readonly number[]): number {
  const left = new Set(found);
  let count = 0;
  for (const at of seen) {
    const [nearest] = [...left]
      .filter((each) => Math.abs(each - at) <= MARGIN)
      .sort((a, b) => Math.abs(a - at) - Math.abs(b - at));
    if (nearest === undefined) continue;
    left.delete(nearest);
    count += 1;
  }
  return count;
}
