/** Tells the person something that is no error: on the standard error stream, or under the running cell. */
export function warn(message: string): void {
  console.warn(`galton: ${message}`);
}
