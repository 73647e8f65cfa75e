-- The row of the deck that prices a number of a rate group at a moment, as the deck was after a load: the longest
-- prefix among the rows in effect then, and of one prefix the period that began last. Null when there is none. Columns
-- handed over need the name of their table in front: a bare name may be taken for a column of the lookup.
CREATE OR REPLACE TEMP MACRO rate_for(number, of_group, moment, last_load) AS (
  SELECT arg_max(
    looked.rate_id,
    row(length(looked.prefix), coalesce(looked.effective_from, '-infinity'::TIMESTAMPTZ), looked.rate_id))
  FROM (
    SELECT number[1:lengths.digits] AS beginning FROM (SELECT DISTINCT length(prefix) AS digits FROM rates) lengths
  ) beginnings JOIN rates looked ON looked.prefix = beginnings.beginning
  WHERE looked.rate_group = of_group
    AND looked.load_id <= last_load AND coalesce(looked.replaced_by_load > last_load, true)
    AND coalesce(looked.effective_from <= moment, true) AND coalesce(looked.effective_until > moment, true)
);
