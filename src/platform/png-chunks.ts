/**
 * Adds what a picture is to a PNG file: its resolution and international text.
 *
 * @module
 * @source W3C, Portable Network Graphics specification, third edition, sections 5.3 and 11.3
 */
import { crc32 } from "./crc32.js";

const HEADER_END = 8 + 25; // signature, then the IHDR chunk: 4 length, 4 type, 13 data, 4 checksum
const INCHES_PER_METRE = 1 / 0.0254;

/**
 * Inserts a pHYs chunk and one iTXt chunk for each text after the header.
 *
 * @param png - A PNG file.
 * @param dpi - Dots per inch.
 * @param texts - Keyword (1 to 79 Latin characters) to text; empty texts are left out.
 * @returns A new file.
 */
export function describePng(png: Uint8Array, dpi: number, texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = [resolution(dpi), ...Object.entries(texts).flatMap(([keyword, text]) => (text ? [note(keyword, text)] : []))];
  return concat([png.subarray(0, HEADER_END), ...chunks, png.subarray(HEADER_END)]);
}

function resolution(dpi: number): Uint8Array {
  const data = new DataView(new ArrayBuffer(9));
  const perMetre = Math.round(dpi * INCHES_PER_METRE);
  data.setUint32(0, perMetre);
  data.setUint32(4, perMetre);
  data.setUint8(8, 1);
  return chunk("pHYs", new Uint8Array(data.buffer));
}

function note(keyword: string, text: string): Uint8Array {
  const utf8 = new TextEncoder();
  return chunk("iTXt", concat([utf8.encode(keyword), new Uint8Array(5), utf8.encode(text)])); // five zeros: end of keyword, not compressed, no language
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat([new TextEncoder().encode(type), data]);
  return concat([bigEndian(data.length), body, bigEndian(crc32(body))]);
}

function bigEndian(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value);
  return new Uint8Array(view.buffer);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
