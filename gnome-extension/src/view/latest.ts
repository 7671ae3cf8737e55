/**
 * Writes values that come faster than they can be written, as from a slider: one at a time, and of those that came
 * meanwhile only the last.
 */
export class Latest<Value> {
  private waiting: { readonly value: Value } | undefined;
  private writing = false;

  constructor(
    private readonly write: (value: Value) => Promise<void>,
    private readonly settled: () => void,
  ) {}

  /** Whether a value is still on its way: until then what the service reports is older than what the user wants. */
  get busy(): boolean {
    return this.writing;
  }

  push(value: Value): void {
    this.waiting = { value };
    if (!this.writing) void this.drain();
  }

  private async drain(): Promise<void> {
    this.writing = true;
    while (this.waiting !== undefined) {
      const { value } = this.waiting;
      this.waiting = undefined;
      await this.write(value).catch(() => {});
    }
    this.writing = false;
    this.settled();
  }
}
