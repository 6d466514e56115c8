/** A number as part of a name, padded so that names sort by value. */
export const digits = (number: number, width: number): string => String(number).padStart(width, '0');
