/** A line no longer than this, in characters: a file without line ends must not fill the memory. */
const LINE_MAX = 1_048_576;

/** Cuts text that comes in pieces into lines. LF and CRLF end a line; the last one may lack its end. */
export class Lines {
  /** Of the line given out last, from 1. */
  number = 0;
  private rest = '';

  /** `take` answers whether to go on. */
  constructor(private readonly take: (line: string) => boolean) {}

  /** False: `take` wants no more, or a line is too long. */
  push(piece: string): boolean {
    const text = this.rest === '' ? piece : this.rest + piece;
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      if (!this.give(text.slice(from, at))) return false;
      from = at + 1;
    }
    this.rest = text.slice(from);
    return this.rest.length <= LINE_MAX;
  }

  end(): boolean {
    const last = this.rest;
    this.rest = '';
    return last === '' || this.give(last);
  }

  /** What has come of the line under way, for a message. */
  get begun(): string {
    return this.rest.slice(0, 80);
  }

  private give(line: string): boolean {
    this.number++;
    return this.take(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}
