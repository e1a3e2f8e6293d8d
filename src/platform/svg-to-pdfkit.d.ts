declare module "svg-to-pdfkit" {
  interface Options {
    readonly fontCallback: (family: string, bold: boolean, italic: boolean) => string;
    readonly imageCallback: (link: string) => string;
    readonly documentCallback: (file: string) => readonly never[];
    readonly warningCallback: (message: string) => void;
  }
  export default function svgToPdf(document: PDFKit.PDFDocument, svg: string, x: number, y: number, options: Options): void;
}
