/** Places of the points that no other beats in both: lower is better. Of equal points the first. */
export function paretoFront(points: readonly (readonly [number, number] | null)[]): number[] {
  const places = points.flatMap((point, place) => (point === null ? [] : [{ place, a: point[0], b: point[1] }]));
  places.sort((p, q) => p.a - q.a || p.b - q.b || p.place - q.place);
  const front: number[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (const { place, b } of places) {
    if (b >= best) continue;
    best = b;
    front.push(place);
  }
  return front;
}
