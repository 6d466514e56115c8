/**
 * The seconds since 1970 of a time as the API server writes it: RFC 3339, UTC. Null for anything else. The days are those of
 * `days_from_civil` (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013).
 */
export function instantOf(time: string): number | null {
  const [, ...texts] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z$/.exec(time) ?? [];
  if (texts.length === 0) return null;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = texts.map(Number);
  // Years that begin in March end with the day that leap years add.
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const days = era * 146_097 + dayOfEra - 719_468;
  return days * 86_400 + hours * 3600 + minutes * 60 + seconds;
}

/** The seconds from one time to another, 0 where the second is earlier or one of them is no time. */
export function secondsBetween(from: string, to: string): number {
  const [first, last] = [instantOf(from), instantOf(to)];
  return first === null || last === null ? 0 : Math.max(0, last - first);
}
