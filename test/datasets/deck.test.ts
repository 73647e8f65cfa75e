import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { countries } from '../../datasets/countries.ts';
import { type Deck, makeDeck, rateGroups, rateLines, technicalGroup, technicalPrefix } from '../../datasets/deck.ts';

let deck: Deck;
before(() => {
  deck = makeDeck({ prefixes: 36_000, seed: 1 });
});

test('a deck has as many distinct prefixes as asked for, of 4 to 11 digits, most of 7', () => {
  assert.equal(new Set(deck.prefixes).size, 36_000);
  const lengths = new Array(12).fill(0);
  for (const prefix of deck.prefixes) lengths[prefix.length]++;
  assert.ok(deck.prefixes.every((prefix) => /^\d{4,11}$/.test(prefix)));
  assert.equal(lengths.indexOf(Math.max(...lengths)), 7);
  for (let length = 4; length <= 11; length++) assert.ok(lengths[length] > 100, `length ${length}: ${lengths[length]}`);
});

for (const prefixes of [2000, 36_000, 200_000]) {
  test(`of ${prefixes} prefixes 98 % have an ancestor`, () => {
    const made = prefixes === 36_000 ? deck : makeDeck({ prefixes, seed: 3 });
    const all = new Set(made.prefixes);
    assert.equal(all.size, prefixes);
    const withAncestor = made.prefixes.filter((prefix) => {
      for (let length = 1; length < prefix.length; length++) if (all.has(prefix.slice(0, length))) return true;
      return false;
    });
    const share = withAncestor.length / prefixes;
    assert.ok(share > 0.975 && share < 0.985, `${share}`);
  });
}

for (const seed of [1, 2, 3]) {
  test(`rates of seed ${seed} are spread as in decks found in the wild`, () => {
    const made = seed === 1 ? deck : makeDeck({ prefixes: 36_000, seed });
    const rates = [...made.destinationOf].map((destination) => made.destinations[destination].rate / 10_000);
    rates.sort((a, b) => a - b);
    const [median, p95, most] = [rates[18_000], rates[34_200], rates[35_999]];
    assert.ok(Math.abs(median - 0.03) < 0.0015, `median ${median}`);
    assert.ok(Math.abs(p95 - 0.38) < 0.03, `95th percentile ${p95}`);
    assert.equal(most, 13.65);
  });
}

test('most increments are 6/6 and 60/60, and 1/1, 30/6 and 60/6 occur', () => {
  const counts = new Map<string, number>();
  for (const destination of deck.destinationOf) {
    const { firstIncrement, nextIncrement } = deck.destinations[destination];
    const increments = `${firstIncrement}/${nextIncrement}`;
    counts.set(increments, (counts.get(increments) ?? 0) + 1);
  }
  const ordered = [...counts].sort((a, b) => b[1] - a[1]).map(([increments]) => increments);
  assert.deepEqual(ordered.slice(0, 2).sort(), ['6/6', '60/60']);
  assert.deepEqual([...counts.keys()].sort(), ['1/1', '30/6', '6/6', '60/6', '60/60']);
});

test('prefixes are those of the country their destination is named after', () => {
  const names = new Map(countries.map(({ code, name }) => [code, name]));
  deck.prefixes.forEach((prefix, i) => {
    const code = [4, 3, 2, 1].map((length) => prefix.slice(0, length)).find((start) => names.has(start));
    const { name } = deck.destinations[deck.destinationOf[i]];
    assert.ok(name.startsWith(names.get(code!)!), `${prefix} ${name}`);
  });
  assert.ok(deck.destinations.some(({ name }) => name === 'Germany Mobile 3'));
});

test('country codes are there once', () => {
  assert.equal(new Set(countries.map(({ code }) => code)).size, countries.length);
});

test('about one prefix in a thousand is locked, for clients only', () => {
  const locked = deck.locked.reduce((sum, one) => sum + one, 0);
  assert.ok(locked > 15 && locked < 60, `${locked}`);
  const lines = [...rateLines(deck)].filter((line) => line.endsWith(',true'));
  assert.equal(lines.length, 3 * locked);
  assert.ok(lines.every((line) => /^(wholesale|retail|premium),/.test(line)));
});

test('every rate group has every prefix; the technical one has country codes behind its prefix', () => {
  const lines = [...rateLines(deck)].slice(1).map((line) => line.split(','));
  for (const { name } of rateGroups) assert.equal(lines.filter(([group]) => group === name).length, 36_000);
  const technical = lines.filter(([group]) => group === technicalGroup);
  assert.ok(technical.length > 150);
  const codes = new Set(countries.map(({ code }) => technicalPrefix + code));
  assert.ok(technical.every(([, prefix]) => codes.has(prefix)));
});

test('rates have at most four decimals, and are never 0', () => {
  for (const line of [...rateLines(deck)].slice(1)) {
    const [, , , rate] = line.split(',');
    assert.ok(/^\d+(\.\d{1,4})?$/.test(rate) && Number(rate) > 0, line);
  }
});

test('most margins are positive, some are not', () => {
  const vendor = rateGroups.findIndex(({ vendor }) => vendor);
  const negative = deck.destinations.filter(({ groupFactors }) => groupFactors[vendor] > groupFactors[0]).length;
  assert.ok(negative > 0 && negative < deck.destinations.length * 0.03, `${negative} of ${deck.destinations.length}`);
});

test('with a change of prices some prefixes have a row before and a row after it', () => {
  const changeMs = Date.UTC(2026, 2, 2, 12);
  const lines = [...rateLines(makeDeck({ prefixes: 2000, seed: 1, changeMs }))].slice(1);
  const before = lines.filter((line) => line.includes(',,2026-03-02T12:00:00.000Z,'));
  const after = lines.filter((line) => line.includes(',2026-03-02T12:00:00.000Z,,'));
  assert.ok(before.length > 0);
  const key = (line: string) => line.split(',').slice(0, 2).join();
  assert.deepEqual(before.map(key), after.map(key));
  assert.notDeepEqual(
    before.map((line) => line.split(',')[3]),
    after.map((line) => line.split(',')[3]),
  );
});
