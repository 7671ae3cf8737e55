/** Takes a stream of bytes apart into lines, with a bound: the writer may never end one. */

const NEWLINE = 10;

export class LineReader {
  readonly #most: number;
  readonly #line: (line: Buffer) => void;
  readonly #tooLong: () => void;
  /** Of the line that has not ended yet. */
  #parts: Buffer[] = [];
  #length = 0;
  #over = false;

  /**
   * @param most bytes of a line
   * @param line called with each line, without its end
   * @param tooLong called once, for the first line that is longer; nothing is read after it
   */
  constructor(most: number, line: (line: Buffer) => void, tooLong: () => void) {
    this.#most = most;
    this.#line = line;
    this.#tooLong = tooLong;
  }

  feed(bytes: Buffer): void {
    let rest = bytes;
    while (!this.#over && rest.length > 0) {
      const end = rest.indexOf(NEWLINE);
      const part = end < 0 ? rest : rest.subarray(0, end);
      this.#length += part.length;
      if (this.#length > this.#most) {
        this.#over = true;
        this.#parts = [];
        this.#tooLong();
        return;
      }
      this.#parts.push(part);
      if (end < 0) return;
      rest = rest.subarray(end + 1);
      const line = Buffer.concat(this.#parts, this.#length);
      this.#parts = [];
      this.#length = 0;
      this.#line(line);
    }
  }
}
