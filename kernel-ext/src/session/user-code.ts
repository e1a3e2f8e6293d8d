import type { Context, Contexts } from "./context.js";

/** How a piece of user code ended: with its value, or cut off. */
export type Ended<T> = { readonly interrupted: false; readonly value: T } | { readonly interrupted: true };

/**
 * The only door through which the session calls user code.
 *
 * An interrupt may end the running JavaScript at any point: its stack unwinds without catch or finally, and waiting
 * microtasks are dropped. So the caller waits on a promise of its own, user code starts from a fresh macrotask with
 * nothing of ours above it on the stack, and `interrupt` settles what was cut off.
 */
export class UserCode {
  readonly #contexts: Contexts;
  readonly #cutters = new Set<() => void>();

  constructor(contexts: Contexts) {
    this.#contexts = contexts;
  }

  /** Runs `work` on behalf of `context`; rejects when it throws. */
  run<T>(context: Context, work: () => T | PromiseLike<T>): Promise<Ended<Awaited<T>>> {
    return new Promise((resolve, reject) => {
      const cut = () => settle(() => resolve({ interrupted: true }));
      const settle = (how: () => void) => {
        this.#cutters.delete(cut);
        how();
      };
      this.#cutters.add(cut);
      setImmediate(() => {
        this.#contexts
          .run(context, async () => work())
          .then(
            (value) => settle(() => resolve({ interrupted: false, value: value as Awaited<T> })),
            (error: unknown) => settle(() => reject(error)),
          );
      });
    });
  }

  /** Ends whatever runs or waits, from the session's point of view. */
  interrupt(): void {
    for (const cut of [...this.#cutters]) cut();
  }
}
