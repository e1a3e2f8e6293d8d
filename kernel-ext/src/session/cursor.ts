/** UTF-16 offset of a position counted in code points; positions past the end mean the end. */
export function toOffset(code: string, position: number): number {
  let offset = 0;
  for (let left = position; left > 0 && offset < code.length; left--) offset += width(code, offset);
  return Math.min(offset, code.length);
}

/** Code points before a UTF-16 offset. */
export function toPosition(code: string, offset: number): number {
  let position = 0;
  for (let at = 0; at < offset && at < code.length; position++) at += width(code, at);
  return position;
}

function width(code: string, offset: number): 1 | 2 {
  return (code.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}
