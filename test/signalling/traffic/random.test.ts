import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aliasTable,
  draw,
  logNormalTable,
  mix,
  normalQuantile,
  pick,
  quantile,
  Random,
  WORDS,
} from '../../../signalling/traffic/random.ts';

test('the same seed gives the same words, another seed others', () => {
  const words = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 8 }, () => random.word());
  };
  assert.deepEqual(words(7), words(7));
  assert.notDeepEqual(words(7), words(8));
  // Pinned, so that simulated files stay what they are from version to version.
  assert.deepEqual(words(1).slice(0, 2), [685_777_053, 2_606_245_211]);
});

test('positions are picked by their weights', () => {
  const weights = [5, 0, 1, 3, 1];
  const table = aliasTable(weights);
  const found = new Array(weights.length).fill(0);
  const draws = 200_000;
  for (let i = 0; i < draws; i++) found[pick(table, draw(i, 99))]++;
  assert.equal(found[1], 0);
  weights.forEach((weight, i) => {
    assert.ok(Math.abs(found[i] / draws - weight / 10) < 0.005, `${i}: ${found[i]} of ${draws}`);
  });
});

test('draws are even, and those of two purposes have nothing to do with each other', () => {
  const cells = new Array(256).fill(0);
  const draws = 256_000;
  for (let i = 0; i < draws; i++) cells[(draw(i, mix(1)) >>> 28) * 16 + (draw(i, mix(2)) >>> 28)]++;
  const chiSquare = cells.reduce((sum, found) => sum + (found - 1000) ** 2 / 1000, 0);
  // 255 degrees of freedom: mean 255, standard deviation 22.6.
  assert.ok(chiSquare > 155 && chiSquare < 355, `chi square ${chiSquare}`);
});

test('quantiles of the normal distribution', () => {
  for (const [p, z] of [
    [0.5, 0],
    [0.975, 1.959963985],
    [0.95, 1.644853627],
    [0.001, -3.090232306],
  ]) {
    assert.ok(Math.abs(normalQuantile(p) - z) < 1e-6, `${p}`);
  }
});

test('a log-normal table has the median and the mean it should', () => {
  const table = logNormalTable(100, 1);
  let sum = 0;
  const draws = 100_000;
  for (let i = 0; i < draws; i++) sum += quantile(table, ((i + 0.5) / draws) * WORDS);
  assert.ok(Math.abs(quantile(table, WORDS / 2) - 100) < 0.5);
  assert.ok(Math.abs(sum / draws / (100 * Math.exp(0.5)) - 1) < 0.01, `mean ${sum / draws}`);
});
