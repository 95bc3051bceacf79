/** Fields of one CSV line; quotes as in RFC 4180. null: a quote is not closed on this line. */
export function fieldsOf(line: string, separator: string): readonly string[] | null {
  if (!line.includes('"')) return line.split(separator);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field = '';
    if (line[at] === '"') {
      at++;
      for (;;) {
        const close = line.indexOf('"', at);
        if (close < 0) return null;
        field += line.slice(at, close);
        at = close + 1;
        if (line[at] !== '"') break;
        field += '"';
        at++;
      }
    }
    const next = line.indexOf(separator, at);
    fields.push(field + line.slice(at, next < 0 ? line.length : next));
    if (next < 0) return fields;
    at = next + 1;
  }
}

/** The separator that a header line is written with. */
export function separatorOf(header: string): string {
  return [',', ';', '\t'].find((separator) => header.includes(separator)) ?? ',';
}

/** A field as a line holds it: in quotes where it must be. */
export function fieldText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
