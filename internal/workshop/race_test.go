package workshop_test

import (
	"fmt"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/workshop"
)

// Both sides agree to a summary while it is written anew: if it comes to be agreed,
// then by both to the very words that stand, which nobody changes from then on.
func TestBothAgreeToTheWordsThatStand(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		of := w.begin(workshop.Conversation, w.parks(), workshop.Answers{"why": "The benches"})
		guest := workshop.Guest{By: w.p.Chair, Link: "a-link"}
		theirs := func(s workshop.StepKind, seen string) error {
			return w.GuestSays(t.Context(), guest, w.p.Area, of, s, seen, string(w.Form()))
		}
		w.check(w.say(of, workshop.Yes, ""))
		w.check(theirs(workshop.Yes, ""))
		w.check(w.write(of, "plan", workshop.Answers{"people": "Denise\nKaren", "will": "Benches", "questions": "q1\nq3"}))
		w.check(w.write(of, "talk", workshop.Answers{"challenges": "Few hands"}))
		w.check(w.write(of, "summary", workshop.Answers{"words": "We will mend two benches."}))
		seen := w.get(of).Digest()
		fundingtest.AtOnce(t, func(i int) error {
			switch {
			case i%10 == 3:
				return w.write(of, "summary", workshop.Answers{"words": fmt.Sprintf("We will mend %d benches.", i)})
			case i%2 == 0:
				return theirs(workshop.Agreed, seen)
			}
			return w.say(of, workshop.Agreed, seen)
		})
		r := w.get(of)
		if r.Finished() != (r.Digest() == seen) {
			t.Errorf("finished: %t; the words are those that both had read: %t", r.Finished(), r.Digest() == seen)
		}
		if r.Finished() {
			w.refused(w.write(of, "summary", workshop.Answers{"words": "Four."}), fault.Conflict)
		} else if r.Agreed(workshop.Ours) || r.Agreed(workshop.Theirs) {
			t.Error("a side is held to words that were written after it agreed")
		}
		w.verified()
	})
}
