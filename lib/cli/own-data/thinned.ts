interface At {
  x: number;
  y: number;
}

/**
 * What shows a long series as well as all of it: of each of some stretches, its lowest and its highest point, in their order.
 * @param points in the order of x
 */
export function thinned<Point extends At>(points: readonly Point[], stretches: number): Point[] {
  if (points.length <= 2 * stretches) return [...points];
  const shown: Point[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const begin = Math.floor((stretch * points.length) / stretches);
    const end = Math.floor(((stretch + 1) * points.length) / stretches);
    let [low, high] = [begin, begin];
    for (let i = begin; i < end; i++) {
      if ((points[i]?.y ?? 0) < (points[low]?.y ?? 0)) low = i;
      if ((points[i]?.y ?? 0) > (points[high]?.y ?? 0)) high = i;
    }
    for (const index of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      const point = points[index];
      if (point !== undefined) shown.push(point);
    }
  }
  return shown;
}
