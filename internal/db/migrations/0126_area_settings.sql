-- What kind of place an area is (V41), in the words that all areas share: "coastal; small town".
ALTER TABLE areas ADD COLUMN setting TEXT NOT NULL DEFAULT '';
