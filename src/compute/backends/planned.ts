import { DomainError } from "../../errors.js";
import { noDecisions } from "../plan/decisions.js";
import { makePlan, type Plan, segmentHead } from "../plan/plan.js";
import type { Storage, Value } from "../plan/storage.js";
import { refuseShape } from "../shape.js";
import type { Variable } from "../tensor.js";
import type { Backend, BackendName, Executable, KernelTime } from "./backend.js";

/** Memory that programs read and write. */
export interface Block {
  /** Looked up anew at each use: memory may move in JavaScript's eyes when it grows. */
  readonly values: Float32Array;
  free(): void;
}

/** What runs programs: the addon, or the WebAssembly module. */
export interface Machine {
  readonly name: BackendName;
  readonly threads: number;
  /** Zeros. Refuses what it has no room for. */
  allocate(elements: number): Block;
  /** Readies a program; the caller keeps the blocks of its arrays alive. */
  load(words: Int32Array, arrays: readonly Placed[]): LoadedProgram;
}

export interface Placed {
  readonly block: Block;
  readonly offset: number;
  readonly size: number;
}

export interface LoadedProgram {
  run(): void;
  /** Runs on one thread and adds each instruction's nanoseconds at the place of its first word. */
  profile?(nanoseconds: Float64Array): void;
  free(): void;
}

/** A backend that plans graphs and runs the plans on a machine. */
export function plannedBackend(machine: Machine): Backend {
  const variables = new WeakMap<Variable, Block>();
  const decisions = noDecisions();
  const blockOf = (variable: Variable): Block => {
    const known = variables.get(variable);
    if (known) return known;
    const block = machine.allocate(variable.initial.length);
    block.values.set(variable.initial);
    variables.set(variable, block);
    return block;
  };
  return {
    name: machine.name,
    threads: machine.threads,
    prepare: (graph) => prepare(machine, makePlan(graph, decisions), blockOf),
    read: (variable) => blockOf(variable).values.slice(0, variable.initial.length),
    write(variable, values) {
      if (values.length !== variable.initial.length) {
        throw refuseShape("write", `values for ${variable.name}`, [values.length], `${variable.initial.length} numbers`);
      }
      blockOf(variable).values.set(values);
    },
  };
}

function prepare(machine: Machine, plan: Plan, blockOf: (variable: Variable) => Block): Executable {
  const arena = machine.allocate(plan.arena.size);
  const own = new Map<Storage, Block>();
  const place = ({ storage, offset, size }: Value): Placed => {
    if (storage.kind === "arena") return { block: arena, offset: plan.arena.offsets.get(storage)! + offset, size };
    const block = storage.variable ? blockOf(storage.variable) : (own.get(storage) ?? machine.allocate(storage.size));
    if (!storage.variable && !own.has(storage)) {
      own.set(storage, block);
      if (storage.constants?.length === 1) block.values.fill(storage.constants[0]!);
      else if (storage.constants) block.values.set(storage.constants);
    }
    return { block, offset, size };
  };
  const program = machine.load(plan.words, plan.arrays.map(place));
  const inputs = new Map([...plan.inputs].map(([label, value]) => [label, place(value)]));
  const outputs = new Map([...plan.outputs].map(([label, value]) => [label, place(value)]));
  const view = ({ block, offset, size }: Placed) => block.values.subarray(offset, offset + size);
  return {
    input: (label) => view(find("input", inputs, label)),
    output: (label) => view(find("output", outputs, label)),
    run: () => program.run(),
    profile: () => profile(plan, program),
    dispose() {
      program.free();
      arena.free();
      for (const block of own.values()) block.free();
    },
  };
}

function find(where: string, places: ReadonlyMap<string, Placed>, label: string): Placed {
  const place = places.get(label);
  if (!place) throw new DomainError(where, "label", label, `one of ${[...places.keys()].join(", ") || "none: the program has no such"}`);
  return place;
}

/** Nanoseconds of one run by kernel call, in order; empty where the machine keeps no time. */
function profile({ items, words }: Plan, program: LoadedProgram): KernelTime[] {
  if (!program.profile) return [];
  const nanoseconds = new Float64Array(words.length);
  program.profile(nanoseconds);
  const times: KernelTime[] = [];
  let at = 0;
  for (const { steps, rows } of items) {
    if (rows) at += segmentHead(words, at);
    for (const { kind, flops, units } of steps) {
      times.push({ kind, flops, units, nanoseconds: nanoseconds[at]! });
      at += words[at + 1]!;
    }
  }
  return times;
}
