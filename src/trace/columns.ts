/** Whole or fractional numbers, as many as come; room doubles. */
export class NumberColumn {
  length = 0;
  private values = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  get last(): number {
    return this.values[this.length - 1]!;
  }

  doubles(): Float64Array {
    return this.values.slice(0, this.length);
  }
}

/** Whole numbers of 32 bits, as many as come. */
export class WholeColumn {
  length = 0;
  private values = new Int32Array(1024);

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  /** Takes back what was pushed beyond `length`. */
  cutTo(length: number): void {
    this.length = length;
  }

  wholes(): Int32Array {
    return this.values.slice(0, this.length);
  }
}

/** Texts that recur, by number. */
export class LabelColumn {
  readonly labels: string[] = [];
  readonly numbers = new WholeColumn();
  private readonly known = new Map<string, number>();

  push(label: string): void {
    let number = this.known.get(label);
    if (number === undefined) {
      number = this.labels.length;
      this.known.set(label, number);
      this.labels.push(label);
    }
    this.numbers.push(number);
  }
}
