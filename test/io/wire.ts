/** A field of a protocol buffer: its number, and a whole number or bytes. */
export interface Field {
  readonly field: number;
  readonly value: bigint | Uint8Array;
}

/** The fields of a message, in their order. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = varint();
    if (tag % 8 === 2) at += Number(number);
    found.push({ field: tag >> 3, value: tag % 8 === 2 ? bytes.subarray(at - Number(number), at) : number });
  }
  return found;
}

/** All values of a field that are bytes. */
export const partsOf = (bytes: Uint8Array, field: number): Uint8Array[] =>
  fieldsOf(bytes).flatMap((one) => (one.field === field && typeof one.value !== "bigint" ? [one.value] : []));

/** All values of a field that are texts. */
export const textsOf = (bytes: Uint8Array, field: number): string[] => partsOf(bytes, field).map((part) => new TextDecoder().decode(part));
