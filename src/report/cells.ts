/** A cell of a table to be written as CSV; null is an empty cell. */
export type Value = string | number | null;

/** The first row is the header. */
export type Rows = readonly (readonly Value[])[];

/** What a spreadsheet would run as a formula becomes text; a decimal number stays one. */
export function spreadsheetSafe(value: Value): Value {
  if (typeof value !== 'string' || !FORMULA.test(value) || DECIMAL.test(value)) return value;
  return `'${value}`;
}

/** ASCII and full-width. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const DECIMAL = /^-\d+(?:\.\d+)?$/;
