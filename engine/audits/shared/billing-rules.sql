-- The rules of a fee in SQL, exact: amounts are whole micros (millionths of the currency) of 128 bits.

CREATE OR REPLACE TEMP MACRO micros(amount) AS (amount::DECIMAL(28, 6) * 1000000)::HUGEINT;

CREATE OR REPLACE TEMP MACRO money(micros) AS micros::DECIMAL(30, 0) * 0.000001::DECIMAL(6, 6);

-- The nearest multiple of a step to numerator / denominator, half up; an amount above 0 becomes one step at least. Of
-- nothing known there is none: greatest() alone would make a step of it.
CREATE OR REPLACE TEMP MACRO nearest(numerator, step, denominator) AS
  CASE WHEN numerator = 0 THEN 0
    WHEN numerator > 0 THEN
      greatest((2 * numerator + denominator * step) // (2 * denominator * step), 1) * step END;

-- Seconds charged for seconds connected, under the increments of a row of the deck.
CREATE OR REPLACE TEMP MACRO charged_seconds(seconds, first_increment, next_increment) AS
  CASE WHEN seconds <= first_increment THEN first_increment
    ELSE first_increment + (seconds - first_increment + next_increment - 1) // next_increment * next_increment END;

-- The rate per minute a run works with, in micros.
CREATE OR REPLACE TEMP MACRO rate_micros(rate, place, quantise) AS
  CASE WHEN quantise THEN nearest(micros(rate), place, 1) ELSE micros(rate) END;

-- The raw fee: sixtieths of a micro, which hold it exactly.
CREATE OR REPLACE TEMP MACRO raw_sixtieths(rate_micros, seconds, connect_fee) AS
  rate_micros * seconds::HUGEINT + 60 * micros(connect_fee);

-- Such sixtieths as an amount, rounded to eight decimals.
CREATE OR REPLACE TEMP MACRO from_sixtieths(sixtieths) AS
  (sign(sixtieths) * ((10 * abs(sixtieths) + 3) // 6))::DECIMAL(30, 0) * 0.00000001::DECIMAL(8, 8);

-- The fee of a raw fee, in micros: rounded to the last decimal kept, then to the unit.
CREATE OR REPLACE TEMP MACRO fee_micros(sixtieths, place, unit) AS nearest(nearest(sixtieths, place, 60), unit, 1);

-- What the parameters of a run say for each of its sets: place is one unit of the last decimal kept, in micros.
CREATE OR REPLACE TEMP VIEW parameters_in_force AS
WITH sets AS (
  SELECT run_id, 0::USMALLINT AS parameter_set FROM runs UNION SELECT run_id, parameter_set FROM run_parameter_sets
), client AS (
  SELECT s.run_id, s.parameter_set, p.name, coalesce(own.value, p.value) AS value
  FROM sets s JOIN run_parameters p USING (run_id)
  LEFT JOIN run_parameter_sets own
    ON own.run_id = s.run_id AND own.parameter_set = s.parameter_set AND own.name = p.name AND own.leg = 'client'
)
SELECT run_id, parameter_set, last_load_id, quantise_rates,
  max(value) FILTER (name = 'SERVER_BILLING_FREE_TIME')::INTEGER AS free_seconds,
  (1000000 // 10 ** max(value) FILTER (name = 'SERVER_BILLING_FEE_PRECISTION')::INTEGER)::BIGINT AS place,
  micros(max(value) FILTER (name = 'SERVER_BILLING_FEE_UNIT')) AS unit
FROM client JOIN runs USING (run_id) GROUP BY ALL;
