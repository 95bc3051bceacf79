export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/**
 * Where a rising curve turns from flat to steep: the point furthest below the straight line between its ends (the rule of
 * Satopää et al., "Finding a kneedle in a haystack", 2011, without smoothing). null: fewer than four points, or none lies
 * clearly below.
 */
export function kneeOf(points: readonly CurvePoint[]): CurvePoint | null {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (sorted.length < 4 || first === undefined || last === undefined || last.y <= first.y) return null;
  let knee: CurvePoint | null = null;
  let furthest = CLEARLY_BELOW;
  for (const point of sorted) {
    const below = (point.x - first.x) / (last.x - first.x) - (point.y - first.y) / (last.y - first.y);
    if (below <= furthest) continue;
    furthest = below;
    knee = point;
  }
  return knee;
}

/** Of the height of the curve: a straight line has no knee. */
const CLEARLY_BELOW = 0.1;
