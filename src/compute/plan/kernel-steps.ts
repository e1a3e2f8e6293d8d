/**
 * Instructions of the operations that are not elementwise, as kernels/*.h read them.
 *
 * @module
 */
import { sizeOf, stridesOf } from "../shape.js";
import type { Operation, OperationName, Tensor, Window } from "../tensor.js";
import { FINISH } from "./linear.js";
import { floatWord, type Kind, type Step, type SumOverRows } from "./step.js";
import { arenaFor, partOf, type Value } from "./storage.js";

/** What a rule may use: values of the inputs, the place of the result, and steps of its own before the last. */
export interface Lowering {
  readonly node: Tensor;
  readonly inputs: readonly Value[];
  readonly result: Value;
  emit(step: Step): void;
  /** b with its last two axes exchanged, made once for each b. */
  transposed(value: Value, sizes: { readonly batch: number; readonly rows: number; readonly columns: number }): Value;
}

type Rule<Name extends OperationName> = (lowering: Lowering, operation: Extract<Operation, { name: Name }>) => void;

type Lowered = Exclude<
  OperationName,
  "binary" | "broadcast" | "constant" | "fused" | "input" | "reshape" | "select" | "stop" | "unary" | "variable"
>;

export const KERNEL_STEPS: { readonly [Name in Lowered]: Rule<Name> } = {
  reduce: ({ node, inputs: [a], result, emit }, { fn, axes }) => {
    let { shape } = node.inputs[0]!;
    let value = a!;
    const runs = runsOf(axes);
    runs.reverse().forEach(({ first, last }, i) => {
      const outer = sizeOf(shape.slice(0, first));
      const length = sizeOf(shape.slice(first, last + 1));
      const inner = sizeOf(shape.slice(last + 1));
      shape = [...shape.slice(0, first), ...shape.slice(last + 1)];
      const to = i === runs.length - 1 ? result : arenaFor(shape);
      emit(reduceStep({ from: value, to, outer, length, inner, largest: fn === "max" }));
      value = to;
    });
  },
  cumulativeSum: ({ node, inputs: [a], result, emit }, { reverse }) => {
    const length = node.shape.at(-1)!;
    emit(
      rowsStep("cumulativeSum", { words: [a!, result, length, reverse ? 1 : 0], rows: rowsOf(node), each: length, reads: [a!], result }),
    );
  },
  matmul: ({ node, inputs: [a, b, bias], result, emit, transposed }, { transposeA, transposeB, finish }) => {
    const [m, n] = node.shape.slice(-2) as [number, number];
    const k = node.inputs[0]!.shape.at(transposeA ? -2 : -1)!;
    const batch = sizeOf(node.shape.slice(0, -2));
    const right = transposeB ? transposed(b!, { batch, rows: n, columns: k }) : b!;
    emit({
      kind: "matmul",
      words: [
        a!,
        right,
        result,
        m,
        n,
        k,
        transposeA ? 1 : k,
        transposeA ? m : 1,
        batch,
        m * k,
        k * n,
        m * n,
        bias ?? -1,
        finish ? FINISH[finish] : 0,
      ],
      units: batch * m,
      grain: Math.max(24, Math.ceil(100_000 / Math.max(n * k, 1) / 24) * 24),
      reads: [{ value: a!, own: !transposeA }, { value: right, own: false }, ...(bias ? [{ value: bias, own: false }] : [])],
      writes: [result],
      flops: 2 * batch * m * n * k,
      ...(transposeA && !transposeB && batch === 1 && !finish && { overRows: productOverRows({ a: a!, b: b!, result, m, n, k }) }),
    });
  },
  transpose: ({ node, inputs: [a], result, emit }, { permutation }) => {
    const strides = stridesOf(node.inputs[0]!.shape);
    emit(copyStep({ from: a!, to: result, sizes: node.shape, in: permutation.map((axis) => strides[axis]!), out: stridesOf(node.shape) }));
  },
  slice: ({ node, inputs: [a], result, emit }, { starts }) => {
    const strides = stridesOf(node.inputs[0]!.shape);
    emit(
      copyStep({ from: a!, to: result, sizes: node.shape, in: strides, out: stridesOf(node.shape), fromOffset: offsetOf(starts, strides) }),
    );
  },
  pad: ({ node, inputs: [a], result, emit }, { before }) => {
    const strides = stridesOf(node.shape);
    const inner = node.inputs[0]!.shape;
    emit(fillStep(result, 0));
    emit(copyStep({ from: a!, to: result, sizes: inner, in: stridesOf(inner), out: strides, toOffset: offsetOf(before, strides) }));
  },
  concatenate: ({ node, inputs, result, emit }, { axis }) => {
    const strides = stridesOf(node.shape);
    const together = sizeOf(node.shape.slice(0, axis)) === 1;
    let start = 0;
    inputs.forEach((value, i) => {
      const { shape } = node.inputs[i]!;
      const at = start * strides[axis]!;
      start += shape[axis]!;
      const to = together ? partOf(result, at, value.size) : result;
      emit(
        copyStep({
          from: value,
          to,
          sizes: shape,
          in: stridesOf(shape),
          out: together ? stridesOf(shape) : strides,
          toOffset: together ? 0 : at,
        }),
      );
    });
  },
  gather: ({ node, inputs: [values, index], result, emit }) => {
    const [n, m] = [node.inputs[0]!.shape.at(-1)!, node.shape.at(-1)!];
    emit(rowsStep("gather", { words: [values!, index!, result, n, m], rows: rowsOf(node), each: m, reads: [values!, index!], result }));
  },
  scatter: ({ node, inputs: [values, index], result, emit }) => {
    const [n, m] = [node.shape.at(-1)!, node.inputs[0]!.shape.at(-1)!];
    emit(
      rowsStep("scatter", { words: [values!, index!, result, n, m], rows: rowsOf(node), each: n + m, reads: [values!, index!], result }),
    );
  },
  convolution: ({ node, inputs: [image, filter, bias], result, emit }, { window, finish }) => {
    const { words, pixels, k, o } = convolutionWords(node.inputs[0]!, node, window);
    const [n, rh, rw] = node.shape as [number, number, number, number];
    emit({
      kind: "convolution",
      words: [image!, filter!, result, ...words, bias ?? -1, finish ? FINISH[finish] : 0],
      units: n * rh * rw,
      // Late layers have few pixels and much to do for each.
      grain: Math.min(240, Math.max(24, Math.ceil((n * rh * rw) / 8 / 24) * 24)),
      reads: [image!, filter!, ...(bias ? [bias] : [])].map((value) => ({ value, own: false })),
      writes: [result],
      flops: 2 * pixels * k * o,
    });
  },
  convolutionImage: ({ node, inputs: [gradient, filter], result, emit, transposed }, { window }) => {
    const { words, pixels, k, o } = convolutionWords(node, node.inputs[0]!, window);
    const turned = transposed(filter!, { batch: 1, rows: k, columns: o });
    emit({
      kind: "convolutionImage",
      words: [gradient!, turned, result, ...words],
      units: node.shape[0]!,
      grain: 1,
      reads: [
        { value: gradient!, own: true },
        { value: turned, own: false },
      ],
      writes: [result],
      flops: 2 * pixels * k * o,
    });
  },
  convolutionFilter: ({ node, inputs: [image, gradient], result, emit }, { window }) => {
    const { words, pixels, k, o } = convolutionWords(node.inputs[0]!, node.inputs[1]!, window);
    emit({
      kind: "convolutionFilter",
      words: [image!, gradient!, result, ...words],
      units: window.size[0] * window.size[1],
      grain: 1,
      reads: [image!, gradient!].map((value) => ({ value, own: false })),
      writes: [result],
      flops: 2 * pixels * k * o,
    });
  },
  maxPoolPick: ({ node, inputs, result, emit }, { window }) =>
    emit(poolStep("maxPoolPick", { inputs, result, image: node.inputs[0]!, pooled: node, window })),
  maxPoolSpread: ({ node, inputs, result, emit }, { window }) =>
    emit(poolStep("maxPoolSpread", { inputs, result, image: node.inputs[0]!, pooled: node.inputs[1]!, window })),
  averagePool: ({ node, inputs, result, emit }, { window }) =>
    emit(poolStep("averagePool", { inputs: [inputs[0]!, inputs[0]!], result, image: node.inputs[0]!, pooled: node, window })),
  averagePoolSpread: ({ node, inputs, result, emit }, { window }) =>
    emit(poolStep("averagePoolSpread", { inputs: [inputs[0]!, inputs[0]!], result, image: node, pooled: node.inputs[0]!, window })),
  random: ({ node, inputs: [key], result, emit }, { distribution, stream }) =>
    emit({
      kind: "random",
      words: [key!, result, stream, distribution === "normal" ? 1 : 0],
      units: sizeOf(node.shape),
      grain: 4096,
      reads: [{ value: key!, own: false }],
      writes: [result],
      flops: sizeOf(node.shape),
    }),
};

const rowsOf = ({ shape }: Tensor): number => sizeOf(shape.slice(0, -1));
const offsetOf = (starts: readonly number[], strides: readonly number[]): number =>
  starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);

function runsOf(axes: readonly number[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const axis of axes) {
    const run = runs.at(-1);
    if (run && run.last === axis - 1) run.last = axis;
    else runs.push({ first: axis, last: axis });
  }
  return runs;
}

interface Product {
  readonly a: Value;
  readonly b: Value;
  readonly result: Value;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

function productOverRows({ a, b, result, m, n, k }: Product): SumOverRows {
  return {
    rows: k,
    split(blocks) {
      const parts = arenaFor([blocks, m, n]);
      const reads = [a, b].map((value) => ({ value, own: true }));
      const flops = 2 * m * n * k;
      const inside: Step = { kind: "accumulateProduct", words: [a, b, parts, m, n], units: k, grain: 1, reads, writes: [parts], flops };
      return { inside, after: reduceStep({ from: parts, to: result, outer: 1, length: blocks, inner: m * n, largest: false }) };
    },
  };
}

function sumOverRows({ from, to, length, inner }: Reduction): SumOverRows {
  return {
    rows: length,
    split(blocks) {
      const parts = arenaFor([blocks, inner]);
      const reads = [{ value: from, own: true }];
      const flops = length * inner;
      const inside: Step = { kind: "accumulateSum", words: [from, parts, inner], units: length, grain: 1, reads, writes: [parts], flops };
      return { inside, after: reduceStep({ from: parts, to, outer: 1, length: blocks, inner, largest: false }) };
    },
  };
}

interface Reduction {
  readonly from: Value;
  readonly to: Value;
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  readonly largest: boolean;
}

function reduceStep(reduction: Reduction): Step {
  const { from, to, outer, length, inner, largest } = reduction;
  const columns = outer === 1 && inner > 1;
  return {
    kind: "reduce",
    words: [from, to, outer, length, inner, largest ? 1 : 0],
    units: columns ? inner : outer,
    grain: columns ? 16 : Math.max(1, Math.ceil(8192 / Math.max(length * inner, 1))),
    reads: [{ value: from, own: !columns }],
    writes: [to],
    flops: outer * length * inner,
    ...(outer === 1 && !largest && { overRows: sumOverRows(reduction) }),
  };
}

interface Rows {
  readonly words: readonly (number | Value)[];
  readonly rows: number;
  /** Elements of a row, for the grain. */
  readonly each: number;
  readonly reads: readonly Value[];
  readonly result: Value;
}

export function rowsStep(kind: Exclude<Kind, "segment">, { words, rows, each, reads, result }: Rows): Step {
  const own = reads.map((value) => ({ value, own: true }));
  return {
    kind,
    words,
    units: rows,
    grain: Math.max(1, Math.ceil(4096 / Math.max(each, 1))),
    reads: own,
    writes: [result],
    flops: rows * each,
  };
}

interface Copy {
  readonly from: Value;
  readonly to: Value;
  readonly sizes: readonly number[];
  readonly in: readonly number[];
  readonly out: readonly number[];
  readonly fromOffset?: number;
  readonly toOffset?: number;
}

/** A strided copy; axes that are neighbours on both sides become one. */
export function copyStep({ from, to, sizes, in: input, out, fromOffset = 0, toOffset = 0 }: Copy): Step {
  const axes: { size: number; in: number; out: number }[] = [];
  sizes.forEach((size, axis) => {
    const before = axes.at(-1);
    const next = { size, in: input[axis]!, out: out[axis]! };
    if (size === 1 && sizes.length > 1) return;
    // The outermost axis stays by itself: it is what threads and segments share.
    if (axes.length > 1 && before && before.in === next.in * size && before.out === next.out * size)
      Object.assign(before, { ...next, size: before.size * size });
    else axes.push(next);
  });
  const units = axes[0]?.size ?? 1;
  const each = axes.slice(1).reduce((product, { size }) => product * size, 1);
  return {
    kind: "copy",
    words: [from, to, axes.length, ...axes.map((a) => a.size), ...axes.map((a) => a.in), ...axes.map((a) => a.out), fromOffset, toOffset],
    units,
    grain: Math.max(1, Math.ceil(8192 / Math.max(each, 1))),
    reads: [{ value: from, own: withinRows(axes[0]?.in, { units, size: from.size, offset: fromOffset }) }],
    writes: [to],
    ownWrites: withinRows(axes[0]?.out, { units, size: to.size, offset: toOffset }),
    flops: 0,
  };
}

/** True when a block of an array lies in the same part of each of `units` equal parts of it. */
function withinRows(stride: number | undefined, { units, size, offset }: { units: number; size: number; offset: number }): boolean {
  return stride !== undefined && stride * units === size && offset < stride;
}

export const fillStep = (to: Value, value: number): Step => ({
  kind: "fill",
  words: [to, floatWord(value)],
  units: to.size,
  grain: 16384,
  reads: [],
  writes: [to],
  flops: 0,
});

function convolutionWords(image: Tensor, pooled: Tensor, window: Window) {
  const [n, h, w, c] = image.shape as [number, number, number, number];
  const [, rh, rw, o] = pooled.shape as [number, number, number, number];
  const [fh, fw] = window.size;
  const words = [n, h, w, c, fh, fw, o, ...window.stride, window.padding.top, window.padding.left, rh, rw];
  return { words, pixels: n * rh * rw, k: fh * fw * c, o };
}

interface Pool {
  readonly inputs: readonly Value[];
  readonly result: Value;
  readonly image: Tensor;
  readonly pooled: Tensor;
  readonly window: Window;
}

function poolStep(kind: Exclude<Kind, "segment">, { inputs: [a, b], result, image, pooled, window }: Pool): Step {
  const { words } = convolutionWords(image, pooled, window);
  const each = sizeOf(image.shape.slice(1));
  return rowsStep(kind, { words: [a!, b!, result, ...words], rows: image.shape[0]!, each, reads: [a!, b!], result });
}
