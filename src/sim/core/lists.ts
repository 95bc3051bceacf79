/**
 * An empty list for anything but numbers. V8 takes a new list for one of small numbers until it holds something else, and
 * code that has been made for lists of objects is thrown away when it meets such a new one, once in every run.
 */
export function objectList<T extends object | boolean | null>(): T[] {
  const list: (T | null)[] = [null];
  list.pop();
  return list as T[];
}

/** So many numbers, all alike to begin with, in a list that holds doubles from the start. */
export function doubles(length: number, value: number): number[] {
  const list: number[] = [];
  for (let i = 0; i < length; i++) list.push(0.5);
  for (let i = 0; i < length; i++) list[i] = value;
  return list;
}
