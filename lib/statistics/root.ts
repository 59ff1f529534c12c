/**
 * Where a function that is below 0 at one end and above it at the other crosses 0, by the method of Ridders (IEEE Transactions on
 * Circuits and Systems 26:11, 1979): every step at least halves what is left, most do far better.
 *
 * @param tolerance how near in x is near enough
 * @throws RangeError when both ends lie on the same side of 0
 */
export function rootOf(f: (x: number) => number, from: number, to: number, tolerance: number): number {
  let [a, b] = [from, to];
  let [atA, atB] = [f(a), f(b)];
  if (atA === 0) return a;
  if (atB === 0) return b;
  if (!(atA < 0 !== atB < 0)) throw new RangeError(`no root is known to lie between ${from} and ${to}`);
  let last = Number.NaN;
  for (let i = 0; i < 100; i++) {
    const middle = (a + b) / 2;
    const atMiddle = f(middle);
    if (atMiddle === 0 || Math.abs(b - a) <= tolerance) return middle;
    const step = ((middle - a) * Math.sign(atA - atB) * atMiddle) / Math.sqrt(atMiddle * atMiddle - atA * atB);
    const x = middle + step;
    const atX = f(x);
    if (atX === 0 || Math.abs(x - last) <= tolerance) return x;
    last = x;
    if (atMiddle < 0 !== atX < 0) [a, atA, b, atB] = [middle, atMiddle, x, atX];
    else if (atX < 0 === atA < 0) [a, atA] = [x, atX];
    else [b, atB] = [x, atX];
  }
  return last;
}
