/** Whole seconds with what they are in minutes, or hours from one on: `900 s (15 minutes)`. */
export function durationText(seconds: number): string {
  const inWords = seconds < 3600 ? counted(inMinutes(seconds), 'minute') : counted(inHours(seconds), 'hour');
  return `${seconds} s (${inWords})`;
}

export function inMinutes(seconds: number): number {
  return seconds / 60;
}

export function inHours(seconds: number): number {
  return seconds / 3600;
}

/** With two decimals at most. */
function counted(amount: number, unit: string): string {
  const rounded = Math.round(100 * amount) / 100;
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}
