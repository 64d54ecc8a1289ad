-- By which version of the area's rules something was decided; 0 where none were set.
-- NULL of what was decided before this was kept: then it is told from the vote, or
-- from what had been set by then.
ALTER TABLE decision_results ADD COLUMN rules_version BIGINT CHECK (rules_version >= 0);
