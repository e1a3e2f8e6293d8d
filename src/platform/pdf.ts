import { FormatError } from "../errors.js";
import { type Face, fontFile } from "./fonts.js";
import { readSvgHead, type SvgHead } from "./svg-head.js";

const POINTS_PER_PIXEL = 72 / 96;

/**
 * Draws an SVG as one PDF page: vector, with its fonts embedded. The same drawing gives the same bytes.
 *
 * @param svg - The drawing.
 * @param version - Version of the library, for the file's creator.
 * @returns The file's bytes.
 * @throws {FormatError} When the SVG is malformed.
 */
export async function svgToPdf(svg: string, version: string): Promise<Uint8Array> {
  const head = readSvgHead(svg);
  const [{ default: PDFDocument }, { default: draw }] = await Promise.all([import("pdfkit"), import("svg-to-pdfkit")]);
  const size: [number, number] = [head.width * POINTS_PER_PIXEL, head.height * POINTS_PER_PIXEL];
  const document = new PDFDocument({ size, margin: 0, info: makeInfo(head, version), font: fontFile("regular") });
  const bytes = collect(document);
  const fontCallback = (_family: string, bold: boolean, italic: boolean) => fontFile(chooseFace(bold, italic));
  draw(document, svg, 0, 0, { fontCallback, imageCallback: embeddedOnly, documentCallback: () => [], warningCallback: refuse });
  document.end();
  return bytes;
}

function chooseFace(bold: boolean, italic: boolean): Face {
  return bold ? "bold" : italic ? "oblique" : "regular";
}

function makeInfo({ title, description }: SvgHead, version: string): PDFKit.DocumentInfo {
  const creator = `Galton ${version}`.trim();
  // A fixed date: the file's identifier is a hash of this record.
  return { Title: title, Subject: description, Creator: creator, Producer: creator, CreationDate: new Date(0) };
}

function embeddedOnly(link: string): string {
  if (link.startsWith("data:")) return link;
  throw new FormatError("renderSvg", "svg", `refers to another file, ${link}`, "embed the picture as a data URI");
}

function refuse(message: string): never {
  throw new FormatError("renderSvg", "svg", `cannot be drawn: ${message}`, "repair the SVG document");
}

function collect(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    document.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    document.on("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    document.on("error", reject);
  });
}
