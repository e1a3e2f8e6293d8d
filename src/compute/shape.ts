import { DomainError, ShapeError } from "../errors.js";

/** Sizes along each axis, outermost first; `[]` is a single number. */
export type Shape = readonly number[];

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Refuses what is no shape: lengths are whole numbers. */
export function assertShape(where: string, argument: string, shape: Shape): void {
  for (const length of shape) {
    if (!(Number.isInteger(length) && length >= 0)) throw new DomainError(where, argument, shape, "whole numbers");
  }
}

export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Elements between neighbours along each axis of a row-major array. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/**
 * The shape of an elementwise operation on two arrays: axes are matched from the last, and an axis of length 1 is
 * repeated.
 *
 * @throws {ShapeError} When they do not fit.
 */
export function broadcastShapes(where: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw refuseShape(
        where,
        "b",
        b,
        `a shape that broadcasts with a ${showShape(a)}`,
        "reshape one of them, or give it axes of length 1",
      );
    }
    return left === 1 ? right : left;
  });
}

/** An axis counted from the end when negative, as a number from 0. */
export function toAxis(where: string, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(counted) && counted >= 0 && counted < rank) return counted;
  throw refuseShape(where, "axis", [axis], `an axis from ${-rank} to ${rank - 1}`);
}

/** A shape error that also names the line of the caller. */
export function refuseShape(where: string, argument: string, shape: Shape, expected: string, advice = "check the shapes"): ShapeError {
  const place = callerLine();
  return new ShapeError(where, argument, showShape(shape), expected, place ? `${advice} (at ${place})` : advice);
}

const INSIDE = /[\\/](?:src|dist)[\\/](?:compute|nn)[\\/]|\(?node:|<anonymous>|native code/;

/** Where the first function outside this engine stands, `file:line:column`. */
function callerLine(): string | undefined {
  // Ten frames, the default, end inside this engine when an operation is made of others.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Infinity;
  const frames = new Error().stack?.split("\n").slice(1) ?? [];
  Error.stackTraceLimit = limit;
  const frame = frames.find((line) => line.includes(":") && !INSIDE.test(line));
  return frame?.trim().replace(/^at (?:.*\((.*)\)|(.*))$/, (_, inner, bare) => inner ?? bare);
}
