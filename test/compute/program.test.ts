import { describe, expect, it, vi } from "vitest";
import { referenceBackend } from "../../src/compute/backends/reference/reference.js";
import { add, grad, input, matmul, mean, mul, program, square, sub, sum, type Tensor, variable } from "../../src/compute/index.js";
import { DomainError, ShapeError } from "../../src/errors.js";

const values = (...numbers: number[]) => ({ shape: [numbers.length], values: numbers });

describe("a program", () => {
  it("fits a line by steepest descent to the least squares", () => {
    const [w, rate] = [variable("w", [2, 1]), 0.1];
    const step = program(referenceBackend(), ["x", "y"], ({ x, y }) => {
      const loss = mean(square(sub(matmul(x, w.tensor), y)));
      return { outputs: { loss }, updates: [{ variable: w, value: sub(w.tensor, mul(rate, grad(loss, w.tensor))) }] };
    });
    const data = { x: { shape: [3, 2], values: [0, 1, 1, 1, 2, 1] }, y: { shape: [3, 1], values: [1, 3, 5] } };
    for (let i = 0; i < 2000; i++) step.run(data);
    const [slope, intercept] = step.backend.read(w);
    expect(slope).toBeCloseTo(2, 10);
    expect(intercept).toBeCloseTo(1, 10);
    expect(step.run(data).loss[0]).toBeLessThan(1e-20);
  });

  it("is traced once for each set of shapes", () => {
    const trace = vi.fn(({ a, b }: { a: Tensor; b: Tensor }) => ({ outputs: { total: sum(add(a, b)) } }));
    const total = program(referenceBackend(), ["a", "b"], trace);
    expect(total.run({ a: values(1, 2), b: values(10) }).total[0]).toBe(23);
    expect(total.run({ a: values(3, 4), b: values(20) }).total[0]).toBe(47);
    expect(trace).toHaveBeenCalledTimes(1);
    expect(total.run({ a: values(3), b: values(20, 30) }).total[0]).toBe(56);
    expect(trace).toHaveBeenCalledTimes(2);
    expect(total.at({ a: [2], b: [1] })).toBe(total.at({ a: [2], b: [1] }));
    expect(trace).toHaveBeenCalledTimes(2);
    total.dispose();
    total.run({ a: values(1, 2), b: values(10) });
    expect(trace).toHaveBeenCalledTimes(3);
  });

  it("keeps the shapes [2, 1] of one input and [2] and [1] of two apart", () => {
    const seen: string[] = [];
    const both = program(referenceBackend(), ["a", "b"], ({ a, b }) => {
      seen.push(`${a.shape};${b.shape}`);
      return { outputs: { a, b } };
    });
    both.at({ a: [2, 1], b: [] });
    both.at({ a: [2], b: [1] });
    both.at({ a: [], b: [2, 1] });
    expect(seen).toEqual(["2,1;", "2;1", ";2,1"]);
  });
});

describe("a program refuses", () => {
  const w = variable("weights", [2]);
  const backend = referenceBackend();

  it("values of another number than their shape holds", () => {
    const made = program(backend, ["x"], ({ x }) => ({ outputs: { x } }));
    expect(() => made.run({ x: { shape: [3], values: [1, 2] } })).toThrow(
      /^program\.run: x has shape \[2\]; expected 3 values for the shape \[3\]/,
    );
  });

  it("a missing input", () => {
    const made = program(backend, ["x"], ({ x }) => ({ outputs: { x } }));
    expect(() => made.run({} as never)).toThrow(/^program\.run: x is undefined; expected values with a shape/);
    expect(() => made.at({} as never)).toThrow(/^program\.at: x is undefined; expected a shape/);
  });

  it("an update of another shape", () => {
    const made = program(backend, [], () => ({ outputs: {}, updates: [{ variable: w, value: sum(w.tensor) }] }));
    expect(() => made.run({})).toThrow(ShapeError);
    expect(() => made.run({})).toThrow(/^program: the update of weights has shape \[\]; expected \[2\]/);
  });

  it("two updates of one variable", () => {
    const update = { variable: w, value: w.tensor };
    const made = program(backend, [], () => ({ outputs: {}, updates: [update, update] }));
    expect(() => made.run({})).toThrow(DomainError);
    expect(() => made.run({})).toThrow(/updates is "?weights"?; expected each variable once/);
  });

  it("an input of something else", () => {
    const foreign = input("z", [1]);
    const made = program(backend, ["x"], ({ x }) => ({ outputs: { y: add(x, foreign) } }));
    expect(() => made.run({ x: values(1) })).toThrow(/^program: trace is "?z"?; expected no input but the program's own/);
  });
});
