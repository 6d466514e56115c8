/** Colours by what they are for. Blue and orange are distinguishable with every kind of colour blindness (Okabe and Ito, 2008). */
export interface Palette {
  readonly ground: string;
  readonly edge: string;
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  readonly data: string;
  readonly reference: string;
}

export const palettes = {
  light: {
    ground: '#ffffff',
    edge: '#d1d9e0',
    text: '#1f2328',
    quiet: '#59636e',
    grid: '#e4e8ec',
    data: '#0072b2',
    reference: '#d55e00',
  },
  dark: {
    ground: '#0d1117',
    edge: '#3d444d',
    text: '#e6edf3',
    quiet: '#9198a1',
    grid: '#262c34',
    data: '#56b4e9',
    reference: '#e69f00',
  },
} as const satisfies Readonly<Record<string, Palette>>;
