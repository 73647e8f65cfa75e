import { type DefaultTreeAdapterTypes, type ParserError, parse } from 'parse5';

/** An element of a page, flattened: name, attributes, and the text in it. */
export interface ParsedElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A page as a browser would take it: all elements in order, and what is wrong with its HTML. */
export function parsedPage(html: string): { elements: ParsedElement[]; errors: string[] } {
  const errors: string[] = [];
  const onParseError = ({ code, startLine, startCol }: ParserError) => errors.push(`${startLine}:${startCol} ${code}`);
  const elements: ParsedElement[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node): string => {
    if (node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value;
    if (!('childNodes' in node)) return '';
    const place = elements.length;
    if ('tagName' in node) elements.push({ tag: node.tagName, attributes: {}, text: '' });
    const text = node.childNodes.map(visit).join('');
    if ('tagName' in node) {
      const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
      elements[place] = { tag: node.tagName, attributes, text };
    }
    return text;
  };
  visit(parse(html, { onParseError, sourceCodeLocationInfo: true }));
  return { elements, errors };
}
