-- Within how many days of the decision those who must hear of it are told: part of
-- the words that are decided on. 0: nobody said.
ALTER TABLE decision_texts ADD COLUMN hear_days BIGINT NOT NULL DEFAULT 0 CHECK (hear_days >= 0 AND hear_days <= 92);
