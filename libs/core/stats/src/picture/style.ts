import type { Palette } from './palette.ts';

/** The style sheet of a picture. */
export const styleOf = ({ ground, edge, text: ink, quiet, grid, data, reference }: Palette): string => `
text { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; font-size: 14px; fill: ${ink}; }
.name { font-size: 20px; font-weight: 600; }
.strong { font-weight: 600; }
.quiet { font-size: 13px; fill: ${quiet}; }
.small { font-size: 12px; }
.middle { text-anchor: middle; }
.end { text-anchor: end; }
.ground { fill: ${ground}; stroke: ${edge}; }
.grid { stroke: ${grid}; }
.axis { stroke: ${quiet}; }
.bar { fill: ${data}; }
.dot { fill: ${data}; stroke: ${ground}; stroke-width: 1.5; }
.whisker { stroke: ${data}; stroke-width: 2; }
.reference { stroke: ${reference}; stroke-width: 2; stroke-dasharray: 5 4; }
`;
