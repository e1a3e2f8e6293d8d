import { backend, type Executable, type KernelTime } from "../../compute/index.js";
import { warm } from "./measure.js";
import { type KindTime, type ProfileRow, rounded } from "./row.js";
import { prepare, type Workload } from "./workload.js";

const RUNS = 20;

/** Where the time of each step goes on the native backend with one thread: of every kernel the least of twenty runs. */
export async function* profileAll(workloads: readonly Workload[]): AsyncGenerator<ProfileRow> {
  const engine = await backend("native");
  for (const work of workloads) {
    const executable = prepare(work, engine);
    warm(executable, 0.1);
    const profile = byKind(leastOf(executable));
    executable.dispose();
    yield rounded({ name: work.name, us: profile.reduce((sum, { us }) => sum + us, 0), profile: profile.map(rounded) });
  }
}

function leastOf(executable: Executable): KernelTime[] {
  let least = executable.profile?.() ?? [];
  for (let run = 1; run < RUNS; run++) {
    const again = executable.profile?.() ?? [];
    least = least.map((kernel, i) => (again[i]!.nanoseconds < kernel.nanoseconds ? again[i]! : kernel));
  }
  return least;
}

function byKind(kernels: readonly KernelTime[]): KindTime[] {
  const kinds = new Map<string, Omit<KindTime, "gflops">>();
  for (const { kind, units, flops, nanoseconds } of kernels) {
    const sum = kinds.get(kind) ?? { kind, calls: 0, units: 0, flops: 0, us: 0 };
    kinds.set(kind, {
      kind,
      calls: sum.calls + 1,
      units: sum.units + units,
      flops: sum.flops + flops,
      us: sum.us + nanoseconds / 1000,
    });
  }
  return [...kinds.values()].sort((a, b) => b.us - a.us).map((sum) => ({ ...sum, gflops: sum.flops / sum.us / 1000 }));
}
