/**
 * The two-sided 95 % point of Student's t: what a standard error is multiplied by for an interval. Degrees of freedom
 * are whole here, so the distribution is a finite sum (Abramowitz and Stegun 26.7.3 and 26.7.4).
 */
export function studentT95(degrees: number): number {
  let point = POINTS.get(degrees);
  if (point === undefined) {
    point = twoSidedPoint(CONFIDENCE, degrees);
    POINTS.set(degrees, point);
  }
  return point;
}

/** The t for which |T| <= t with that probability. */
export function twoSidedPoint(probability: number, degrees: number): number {
  let high = 1;
  while (within(high, degrees) < probability) high *= 2;
  let low = 0;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (within(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export const CONFIDENCE = 0.95;
const HALVINGS = 60;
const POINTS = new Map<number, number>();

/** P(|T| <= t). */
function within(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let n = isOdd ? 3 : 2; n <= degrees - 2; n += 2) {
    term *= (cosine * cosine * (n - 1)) / n;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
