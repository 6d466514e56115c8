/** SVG as text: elements with escaped content and coordinates of one decimal. */

type Attributes = Readonly<Record<string, string | number>>;

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for content and attributes. What XML 1.0 has no place for, such as most control characters, becomes U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);

export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeOf(value)}"`);
  const open = `<${name}${written.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

const attributeOf = (value: string | number): string => (typeof value === 'number' ? rounded(value) : escapeXml(value));

const rounded = (value: number): string => String(Math.round(10 * value) / 10 + 0);

export const text = (content: string, attributes: Attributes): string =>
  element('text', attributes, escapeXml(content));

export const line = (x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string =>
  element('line', { x1, y1, x2, y2, ...attributes });
