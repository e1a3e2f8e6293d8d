import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.js";
import { toMatrix } from "../../src/numerics/matrix.js";

describe("toMatrix", () => {
  it.each([
    {
      name: "rows",
      value: [
        [1, 2],
        [3, 4],
      ],
      columns: 2,
      rows: 2,
      values: [1, 2, 3, 4],
    },
    { name: "typed rows", value: [Float64Array.of(1, 2)], columns: 2, rows: 1, values: [1, 2] },
    { name: "numbers as rows of one column", value: [1, 2, 3], columns: 1, rows: 3, values: [1, 2, 3] },
  ])("takes $name", ({ value, columns, rows, values }) => {
    const matrix = toMatrix("f", "x", value as number[][], columns);
    expect({ ...matrix, values: [...matrix.values] }).toEqual({ rows, columns, values });
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  it.each([
    { name: "a number", value: 7, message: "f: x is 7; expected rows of numbers" },
    { name: "a promise", value: Promise.resolve([[1]]), message: "f: x is {}; expected rows of numbers; await it if it is a promise" },
    { name: "text", value: "ab", message: 'f: x is "ab"; expected rows of numbers' },
    { name: "a circular record", value: circular, message: "f: x is a record that goes round in a circle; expected rows of numbers" },
    { name: "a row that is none", value: [[1], null], message: "f: x[1] is null; expected a row of numbers" },
  ])("refuses $name", ({ value, message }) => {
    const refused = () => toMatrix("f", "x", value as never, 1);
    expect(refused).toThrow(DomainError);
    expect(refused).toThrow(message);
  });

  it("refuses no rows, and a row of another length", () => {
    expect(() => toMatrix("f", "x", [], 2)).toThrow(ShapeError);
    expect(() => toMatrix("f", "x", [[1, 2], [3]], 2)).toThrow(
      new ShapeError("f", "x[1]", "[1]", "[2]", "every row needs one number for each column"),
    );
  });
});
