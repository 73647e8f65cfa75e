-- Rates in micros, rounded as rating.md says: half up, and a rate above 0 stays above 0. A scope may have a precision of
-- its own, for one leg of the calls of its set of parameters.
WITH sets AS (
  SELECT 0 AS parameter_set
  UNION SELECT parameter_set FROM run_parameter_sets WHERE run_id = getvariable('report_run')
), places AS (
  SELECT s.parameter_set, l.leg, (10 ** (6 - coalesce(own.value, p.value)::INTEGER))::HUGEINT AS place
  FROM sets s CROSS JOIN (VALUES ('client'), ('vendor')) l(leg)
  JOIN run_parameters p ON p.run_id = getvariable('report_run') AND p.name = 'SERVER_BILLING_FEE_PRECISTION'
  JOIN runs r ON r.run_id = p.run_id AND r.quantise_rates
  LEFT JOIN run_parameter_sets own ON own.run_id = p.run_id AND own.parameter_set = s.parameter_set AND own.leg = l.leg
    AND own.name = p.name
), used AS (
  SELECT 'client' AS leg, rate_id, parameter_set, count(*) AS calls, sum(fee_time) AS seconds
  FROM run_calls WHERE rate_id IS NOT NULL GROUP BY ALL
  UNION ALL
  SELECT 'vendor', vendor_rate_id, parameter_set, count(*), sum(vendor_fee_time)
  FROM run_calls WHERE vendor_rate_id IS NOT NULL GROUP BY ALL
), rounded AS (
  SELECT leg, rate_id, place, sum(calls)::BIGINT AS calls, sum(seconds)::BIGINT AS fee_seconds,
    (r.rate::DECIMAL(28, 6) * 1000000)::HUGEINT AS deck,
    CASE WHEN deck = 0 THEN 0::HUGEINT ELSE greatest((2 * deck + place) // (2 * place), 1) * place END AS kept
  FROM used JOIN places USING (leg, parameter_set) JOIN rates r USING (rate_id) GROUP BY leg, rate_id, place, r.rate
), damaged AS (
  SELECT *, 2 * abs(kept - deck) * fee_seconds AS halves FROM rounded WHERE kept <> deck
)
SELECT leg, rate_group, prefix, destination, rate, kept::DECIMAL(30, 0) * 0.000001::DECIMAL(6, 6) AS rate_used,
  round(100 * (kept - deck) / deck, 2)::DECIMAL(18, 2) AS change_percent, calls, fee_seconds,
  (sign(kept - deck) * ((halves + 60) // 120))::DECIMAL(30, 0) * 0.000001::DECIMAL(6, 6) AS effect
FROM damaged JOIN rates USING (rate_id) ORDER BY abs(effect) DESC, leg, rate_group, prefix, rate_id
