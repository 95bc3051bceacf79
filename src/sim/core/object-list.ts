/**
 * An empty list for anything but numbers. V8 takes a new list for one of small numbers until it holds something else, and
 * code that has been made for lists of objects is thrown away when it meets such a new one, once in every run.
 */
export function objectList<T extends object | boolean | null>(): T[] {
  const list: (T | null)[] = [null];
  list.pop();
  return list as T[];
}
