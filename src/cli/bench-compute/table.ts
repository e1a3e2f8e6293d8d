import type { BenchRow, ComputeRow, MachineRow, ProfileRow } from "./row.js";

const HEAD = ["workload", "backend", "threads", "us (min – max)", "GFLOP/s", "of peak", "torch us (threads)", "torch / ours"] as const;
const WIDTHS = [34, 9, 7, 29, 7, 7, 18, 12] as const;
const COMPILE_HEAD = ["from a trace to a program that can run", "backend", "ms (min – max)"] as const;

/** The line for a row on a terminal; a table begins with its head. */
export function toLine(row: BenchRow): string {
  if ("machine" in row) return `${machineText(row)}\n\n${padded(HEAD)}`;
  return "profile" in row ? profileText(row) : padded(cells(row));
}

const padded = (texts: readonly string[]): string =>
  texts
    .map((text, i) => text.padEnd(WIDTHS[i]!))
    .join("  ")
    .trimEnd();

function cells({ name, backend, threads, us, min, max, gflops, fractionOfPeak, torchUs, torchThreads, ratio }: ComputeRow): string[] {
  return [
    name,
    backend,
    String(threads),
    `${us} (${min} – ${max})`,
    String(gflops ?? ""),
    fractionOfPeak?.toFixed(2) ?? "",
    torchUs === undefined ? "" : `${torchUs} (${torchThreads})`,
    ratio?.toFixed(2) ?? "",
  ];
}

function machineText({ machine, cores, node, torch }: MachineRow): string {
  return `${machine}, ${cores} cores, Node ${node}, ${torch ? `torch ${torch}` : "without torch"}.`;
}

function profileText({ name, us, profile }: ProfileRow): string {
  const lines = profile.map(({ kind, calls, us: part, gflops }) => {
    const share = `${((100 * part) / us).toFixed(0)} %`;
    return `  ${kind.padEnd(20)}${String(calls).padStart(5)} calls${String(part).padStart(10)} us${share.padStart(7)}${gflops > 0 ? `  ${gflops} GFLOP/s` : ""}`;
  });
  return [`${name}: ${us} us`, ...lines].join("\n");
}

/** The rows of a run as docs/compute.md shows them. */
export function toMarkdown(rows: readonly BenchRow[]): string {
  const machine = rows.find((row) => "machine" in row);
  const steps = rows.filter((row): row is ComputeRow => "backend" in row);
  const [compiled, measured] = [steps.filter(isCompile), steps.filter((row) => !isCompile(row))];
  const parts = [
    machine ? machineText(machine) : "",
    measured.length > 0 ? markdownTable([HEAD, ...measured.map(cells)]) : "",
    compiled.length > 0 ? markdownTable([COMPILE_HEAD, ...compiled.map(compileCells)]) : "",
  ];
  return parts.filter(Boolean).join("\n\n");
}

const isCompile = ({ name }: ComputeRow): boolean => name.startsWith("compile-");

function compileCells({ name, backend, us, min, max }: ComputeRow): string[] {
  const [ms, least, most] = [us, min, max].map((value) => (value / 1000).toFixed(1));
  return [name.replace("compile-", "").replace("-then-", ", then "), backend, `${ms} (${least} – ${most})`];
}

function markdownTable(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, i) => Math.max(3, ...lines.map((line) => line[i]!.length)));
  const shown = (line: readonly string[], fill = " ") => `| ${line.map((cell, i) => cell.padEnd(widths[i]!, fill)).join(" | ")} |`;
  const [head, ...body] = lines;
  return [
    shown(head!),
    shown(
      head!.map(() => ""),
      "-",
    ),
    ...body.map((line) => shown(line)),
  ].join("\n");
}
