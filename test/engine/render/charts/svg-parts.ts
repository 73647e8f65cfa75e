/** A shape of a drawing: an area filled with a colour, with its place as the library writes it. */
export interface Shape {
  readonly colour: string;
  readonly left: number;
  readonly top: number;
  /** Negative for a bar below zero. */
  readonly width: number;
}

/** The texts of a drawing, in its order. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text\b[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
}

/** The boxes of a drawing which stand where they are drawn: bars and fields, not marks of a legend. */
export function boxesOf(svg: string): Shape[] {
  const boxes = svg.matchAll(
    /<path d="M(-?[\d.]+) (-?[\d.]+)l(-?[\d.]+) 0l0 -?[\d.]+l-?[\d.]+ 0Z" fill="var\(--([\w-]+)\)"/g,
  );
  return [...boxes].map(([, left, top, width, colour]) => ({
    colour,
    left: Number(left),
    top: Number(top),
    width: Number(width),
  }));
}
