/** Lets timers and messages, an interrupt among them, have their turn; long loops do so every few tens of milliseconds. */
export function turn(): Promise<void> {
  const later = globalThis.setImmediate ?? ((then: () => void) => setTimeout(then, 0));
  return new Promise((resolve) => {
    later(() => resolve());
  });
}
