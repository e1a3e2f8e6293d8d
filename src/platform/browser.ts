/**
 * The browser's form of the platform. It states the few pieces of the page that it uses, for the library compiles without the DOM's types.
 *
 * @module
 */
import { GaltonError } from "../errors.js";
import type { Platform } from "./platform.js";
import { describePng } from "./png-chunks.js";
import { readSvgHead } from "./svg-head.js";

interface Page {
  readonly document: { createElement(name: "canvas"): Canvas; createElement(name: "a"): Anchor };
  readonly Image: new () => Picture;
}

interface Canvas {
  width: number;
  height: number;
  getContext(kind: "2d"): { drawImage(picture: Picture, x: number, y: number, width: number, height: number): void } | null;
  toBlob(receive: (blob: Blob | null) => void, type: string): void;
}

interface Anchor {
  href: string;
  download: string;
  click(): void;
}

interface Picture {
  src: string;
  decode(): Promise<void>;
}

/** The browser's form of the platform. */
export const platform: Platform = {
  name: "browser",
  version: "",
  writeFile: async (path, content) => download(path, content),
  readFile: async (path) => new Uint8Array(await (await fetchOk(path)).arrayBuffer()),
  textWidth: async () => undefined,
  svgToPng: drawPng,
  svgToPdf: async () => {
    throw new GaltonError("save: PDF cannot be made in a browser; save as .svg or .png, or run the notebook in Node");
  },
  growingFiles: undefined,
  startProgram: undefined,
  runInWorkers: undefined,
  readyWasm: () => undefined,
};

function page(): Page {
  if (!("document" in globalThis)) {
    throw new GaltonError("save: there is no page to draw on or to download from; call it from the page's own thread, not from a worker");
  }
  return globalThis as unknown as Page;
}

async function fetchOk(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new GaltonError(`readFile: ${path} answered ${response.status}; check the address`);
  return response;
}

function download(path: string, content: string | Uint8Array): void {
  const anchor = page().document.createElement("a");
  const address = URL.createObjectURL(new Blob([typeof content === "string" ? content : content.slice()]));
  anchor.href = address;
  anchor.download = path.slice(path.lastIndexOf("/") + 1);
  anchor.click();
  URL.revokeObjectURL(address);
}

async function drawPng(svg: string, dpi: number): Promise<Uint8Array> {
  const { width, height, title, description } = readSvgHead(svg);
  const { document, Image } = page();
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil((width * dpi) / 96);
  canvas.height = Math.ceil((height * dpi) / 96);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null)
    throw new GaltonError(`save: the browser could not make a PNG of ${canvas.width} x ${canvas.height} pixels; use fewer dots per inch`);
  return describePng(new Uint8Array(await blob.arrayBuffer()), dpi, { Title: title, Description: description });
}
