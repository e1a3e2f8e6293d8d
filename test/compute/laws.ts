import { beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../../src/compute/backends/backend.js";
import { add, input, mul, randomUniform, sub, sum, variable } from "../../src/compute/index.js";
import { program } from "../../src/compute/program.js";
import { DomainError, ShapeError } from "../../src/errors.js";
import { threefry } from "../../src/numerics/threefry.js";
import { disagreementOf } from "./agreement.js";
import type { Variant } from "./draw.js";
import { samplesOf } from "./samples.js";
import { expectSpecialBinary, expectSpecialUnary, SPECIAL_BINARY, SPECIAL_UNARY } from "./special-values.js";

export interface LawOptions {
  /** Which shapes; default all: odd, with axes of length 1, with axes of length 0, larger than a kernel's tile. */
  readonly variants?: readonly Variant[];
  /** How many samples of each; default 2. */
  readonly each?: number;
}

/** What holds on every backend: the same numbers as the reference, and the same dealings with variables. */
export function lawsOf(name: string, makeBackend: () => Backend | Promise<Backend>, options: LawOptions = {}): void {
  const { variants = ["odd", "one", "empty", "large"], each = 2 } = options;
  let backend: Backend;
  beforeAll(async () => {
    backend = await makeBackend();
  });

  describe(`${name} agrees with the reference in value, gradient and second derivative`, () => {
    it.each(samplesOf(variants, each))("$name", ({ samples }) => {
      for (const { sample, text } of samples) expect(disagreementOf(backend, sample), text).toBeUndefined();
    });
  });

  describe(`${name} treats infinities, NaN and the ends of float32 as the reference does`, () => {
    it.each(Object.keys(SPECIAL_UNARY))("%s", (name) => expectSpecialUnary(backend, name));
    it.each(Object.keys(SPECIAL_BINARY))("%s", (name) => expectSpecialBinary(backend, name));
  });

  describe(`${name} keeps variables`, () => {
    stateLaws(() => backend);
  });
}

function stateLaws(backend: () => Backend): void {
  it("computes all new values before it writes any", () => {
    const [a, b] = [variable("a", [2], [1, 2]), variable("b", [2], [10, 20])];
    const swap = program(backend(), [], () => ({
      outputs: { before: sum(a.tensor) },
      updates: [
        { variable: a, value: add(b.tensor, 0.5) },
        { variable: b, value: a.tensor },
      ],
    }));
    expect(swap.run({}).before[0]).toBe(3);
    expect([...backend().read(a), ...backend().read(b)]).toEqual([10.5, 20.5, 1, 2]);
    expect(swap.run({}).before[0]).toBe(31);
    expect([...backend().read(a), ...backend().read(b)]).toEqual([1.5, 2.5, 10.5, 20.5]);
  });

  it("reads the first values, and what was written, as copies", () => {
    const a = variable("a", [3], [1, 2, 3]);
    const first = backend().read(a);
    first.fill(0);
    expect([...backend().read(a)]).toEqual([1, 2, 3]);
    const written = Float32Array.of(4, 5, 6);
    backend().write(a, written);
    written.fill(0);
    expect([...backend().read(a).fill(0)]).toEqual([0, 0, 0]);
    expect([...backend().read(a)]).toEqual([4, 5, 6]);
    expect(program(backend(), [], () => ({ outputs: { twice: mul(2, a.tensor) } })).run({}).twice).toEqual(
      backend()
        .read(a)
        .map((x) => 2 * x),
    );
    expect(() => backend().write(a, [1])).toThrow(ShapeError);
  });

  it("hands out copies of what programs compute", () => {
    const double = program(backend(), ["x"], ({ x }) => ({ outputs: { y: mul(2, x) } }));
    const { y } = double.run({ x: { shape: [2], values: [1, 2] } });
    double.run({ x: { shape: [2], values: [5, 6] } });
    expect([...y]).toEqual([2, 4]);
  });

  it("shares a variable among programs, and keeps what an input gave it", () => {
    const a = variable("a", [2]);
    const set = program(backend(), ["x"], ({ x }) => ({ outputs: {}, updates: [{ variable: a, value: x }] }));
    const get = program(backend(), [], () => ({ outputs: { a: a.tensor, also: a.tensor } }));
    set.run({ x: { shape: [2], values: [1, 2] } });
    set
      .at({ x: [2] })
      .input("x")
      .fill(9);
    expect([...get.run({}).a, ...get.run({}).also]).toEqual([1, 2, 1, 2]);
  });

  it("gives inputs back as outputs, and the same tensor under two labels", () => {
    const both = program(backend(), ["x"], ({ x }) => ({ outputs: { x, again: x, less: sub(x, 1) } }));
    const { x, again, less } = both.run({ x: { shape: [2], values: [1, 2] } });
    expect([...x, ...again, ...less]).toEqual([1, 2, 1, 2, 0, 1]);
  });

  it("draws the uniform numbers of numerics/threefry, bit for bit", () => {
    const draw = program(backend(), ["key"], ({ key }) => ({ outputs: { u: randomUniform(key, { shape: [37], stream: 5 }) } }));
    const words = new Int32Array(2);
    const { u } = draw.run({ key: { shape: [4], values: [0xdead, 0xbeef, 0x0123, 0xfedc] } });
    u.forEach((value, position) => {
      threefry(words, { high: 0xdeadbeef, low: 0x0123fedc }, 5, position);
      expect(value).toBe(((words[0]! >>> 9) + 0.5) * 2 ** -23);
    });
  });

  it("leaves the other program as it was when one is disposed", () => {
    const a = variable("a", [1], [3]);
    const [one, other] = [1, 2].map((factor) => program(backend(), ["x"], ({ x }) => ({ outputs: { y: mul(mul(factor, a.tensor), x) } })));
    const x = { shape: [1], values: [5] };
    expect([one!.run({ x }).y[0], other!.run({ x }).y[0]]).toEqual([15, 30]);
    one!.dispose();
    expect(other!.run({ x }).y[0]).toBe(30);
  });

  it("refuses labels that the program does not have", () => {
    const executable = backend().prepare({ inputs: { x: input("x", [1]) }, outputs: {}, updates: [] });
    expect(() => executable.input("y")).toThrow(DomainError);
    expect(() => executable.output("y")).toThrow(DomainError);
  });
}
