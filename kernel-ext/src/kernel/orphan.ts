const PERIOD = 500;

/**
 * Calls `onOrphan` once when the process that started the kernel is gone.
 *
 * @param parent - Its id as Jupyter gives it in JPY_PARENT_PID; without it, a change of the parent id counts.
 */
export function watchParent(parent: number | undefined, onOrphan: () => void): void {
  const first = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === first && (parent === undefined || isAlive(parent))) return;
    clearInterval(timer);
    onOrphan();
  }, PERIOD);
  timer.unref();
}

/** The parent's id as Jupyter passes it on; undefined where it does not. */
export function parentFromEnvironment(environment: NodeJS.ProcessEnv): number | undefined {
  const id = Number(environment.JPY_PARENT_PID);
  return Number.isInteger(id) && id > 1 ? id : undefined;
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
