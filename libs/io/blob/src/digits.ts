/** A number in a name that sorts by value. */
export const digits = (number: number, width: number): string => String(number).padStart(width, '0');
