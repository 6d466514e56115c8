const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * What was recognised, in one sentence for the plan: `question + response_A/response_B, 540 records; prompt +
 * chosen/rejected, 120; 5 unreadable`. The most frequent form comes first, equal counts by name.
 */
export function describeFlavours(counts: ReadonlyMap<string, number>, unreadable: number): string {
  const flavours = [...counts]
    .filter(([, count]) => count > 0)
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([name, count], position) => {
      const unit = position > 0 ? '' : count === 1 ? ' record' : ' records';
      return `${name}, ${grouped(count)}${unit}`;
    });
  if (unreadable > 0) flavours.push(`${grouped(unreadable)} unreadable`);
  return flavours.length === 0 ? 'no records' : flavours.join('; ');
}
