/** Named timers: one of each name runs. */
export class Clocks {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** Starts a timer; one of the same name that runs is put off, or left as it is. */
  set(name: string, wait: number, putOff: boolean, work: () => void): void {
    const running = this.#timers.get(name);
    if (running !== undefined && !putOff) return;
    clearTimeout(running);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      work();
    }, wait);
    this.#timers.set(name, timer);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
