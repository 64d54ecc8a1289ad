package demo

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// endorsed plays that the programme endorses the partnership, and that its chair
// and then the funder sign the memorandum.
func (s *story) endorsed(ctx context.Context, tx *db.Tx) error {
	if _, err := s.partnerships.EndorseIn(ctx, tx, s.officers[0], s.area, partnership.NewEndorsement{
		On: date.Of(s.now), Words: s.voice.endorsed,
	}); err != nil {
		return err
	}
	if s.area.ID == s.star.area.ID {
		if _, err := s.partnerships.SetLegalFormIn(ctx, tx, s.chair, s.area, partnership.NewLegalRecord{
			LegalForm: partnership.UnincorporatedGroup, From: date.Of(s.now), Why: "A group of neighbours is enough for what we want to do",
		}); err != nil {
			return err
		}
	}
	return s.agree(ctx, tx, partnership.Memorandum, "", s.chair, s.officers[0])
}

// agree plays that a first text is written and signed by both sides, in order.
func (s *story) agree(ctx context.Context, tx *db.Tx, k partnership.AgreementKind, change string, signers ...access.Actor) error {
	n := partnership.NewAgreement{Kind: k, Organisation: s.lto.ID, Why: change, Text: partnership.FirstText(k, s.parties(), s.rules)}
	if change != "" {
		n.Text += "\n\n" + change + "."
	}
	if k == partnership.Memorandum {
		n.ReviewOn = s.programme.Ends // before which nobody is reminded of it
	}
	writer := signers[len(signers)-1]
	one, err := s.partnerships.WriteAgreementIn(ctx, tx, writer, s.area, n)
	if err != nil {
		return err
	}
	for _, by := range signers {
		if _, err := s.partnerships.SignIn(ctx, tx, by, s.area, one.ID, partnership.NewSignature{Digest: one.Digest(), Read: true}); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) parties() partnership.Parties {
	return partnership.Parties{Area: s.area.Name, Programme: s.programme.Name, Funder: theFunder, LTO: s.lto.Name}
}

const theFunder = "The Patchwork Trust"

// agreeWithLTO plays the agreements with who holds the money.
func (s *story) agreeWithLTO(ctx context.Context, tx *db.Tx) error {
	if err := s.agree(ctx, tx, partnership.FunderAndLTO, "", s.lto.approver, s.officers[0]); err != nil {
		return err
	}
	return s.agree(ctx, tx, partnership.PartnershipAndLTO, "", s.chair, s.lto.approver)
}

// changeChairs plays, in the richly shown area, a year in which somebody else was
// in the chair: she read what was signed before her. When Denise took it up again
// they wrote a second version.
func (s *story) changeChairs(ctx context.Context, tx *db.Tx, year int) error {
	if s.area.ID != s.star.area.ID || (year != 1 && year != 2) {
		return nil
	}
	today := date.Of(s.now)
	if year == 2 {
		if s.chair.Person == s.star.chair.Person {
			return nil
		}
		if err := s.takeChair(ctx, tx, s.star.chair, today); err != nil {
			return err
		}
		if err := s.agree(ctx, tx, partnership.Memorandum, "Each side tells the other who to telephone, and says so again when that changes", s.chair, s.officers[0]); err != nil {
			return err
		}
		return s.lookBack(ctx, tx, partnership.Said{
			On: today, TookPart: "Nine of us, and four neighbours who came for the tea", Well: "People know each other now. The Friday lunch fills itself.",
			Hard: "The forms. Three of us do most of the work, and one of us was ill.", Changes: "Two people share each job, and we meet at six instead of five.",
			Keeps:   "We keep meeting in the library and not in the council’s rooms: people come to it.",
			Answers: map[string]string{"energy": "Tired before the summer. So we close in August, every year.", "memory": "The club that was shut in 1998. People still ask whether we will be shut too."},
		}, true)
	}
	i := slices.IndexFunc(s.party.members, func(m access.Actor) bool { return m.Name == "Maggie Doyle" })
	if i < 0 {
		return nil
	}
	maggie := s.party.members[i]
	hat, err := s.people.GiveHatIn(ctx, tx, theDemonstration, maggie.Person, person.NewHat{
		Role: access.Chair, Scope: access.InArea, Place: string(s.area.ID), From: today, Until: today.AddMonths(18),
	})
	if err != nil {
		return err
	}
	maggie.Hat = hat
	if err := s.takeChair(ctx, tx, maggie, today); err != nil {
		return err
	}
	all, err := partnership.Agreements(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.Kind != partnership.FunderAndLTO {
			if err := s.partnerships.NoteReadingIn(ctx, tx, maggie, s.area, one.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeChair plays that one chair gives way to another.
func (s *story) takeChair(ctx context.Context, tx *db.Tx, next access.Actor, today date.Date) error {
	offices, err := partnership.OfficesOf(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	for _, o := range offices {
		if o.Office == partnership.Chair && o.On(today) {
			if err := s.partnerships.EndOfficeIn(ctx, tx, s.chair, s.area, o.ID, today); err != nil {
				return err
			}
		}
	}
	if _, err := s.partnerships.TakeOfficeIn(ctx, tx, s.chair, s.area, next.Person, partnership.NewOffice{Office: partnership.Chair, From: today}); err != nil {
		return err
	}
	s.chair = next
	return nil
}

func (s *story) lookBack(ctx context.Context, tx *db.Tx, said partnership.Said, finish bool) error {
	_, err := s.partnerships.KeepLookBackIn(ctx, tx, s.chair, s.area, partnership.NewLookBack{Finish: finish, Said: said})
	return err
}

// stillToSign leaves a few areas at some step: a second text waits for the chair,
// or for the funder, or for who holds the money. In the richly shown area a look
// back is begun.
func (s *story) stillToSign(ctx context.Context, tx *db.Tx) error {
	if s.area.ID == s.star.area.ID {
		return s.lookBack(ctx, tx, partnership.Said{
			On: date.Of(s.now), TookPart: "Seven of us so far; Leroy and Ann will add theirs", Well: "New people every year, and they stay.", Hard: "What becomes of the worker’s post when the fund ends?",
			Answers: map[string]string{"form": "Should we become a CIO, so that we can rent the shop ourselves? Ask Brightwell first."},
		}, false)
	}
	by, telephone := []access.Actor{s.officers[0], s.chair, s.lto.approver}, "Each side tells the other who to telephone, and says so again when that changes"
	switch s.lot() % 12 {
	case 0: // waits for the chair
		return s.leave(ctx, tx, partnership.Memorandum, telephone, by[0])
	case 1: // waits for the funder
		return s.leave(ctx, tx, partnership.Memorandum, telephone, by[0], by[1])
	case 2: // waits for who holds the money
		return s.leave(ctx, tx, partnership.PartnershipAndLTO, "The worker’s hours are put in writing each April", by[1], by[1])
	case 3:
		_, err := s.partnerships.SetLegalFormIn(ctx, tx, s.chair, s.area, partnership.NewLegalRecord{
			LegalForm: partnership.CIO, Name: s.area.Name + " Together", From: date.Of(s.now).AddMonths(-6), Why: "So that we can rent a place in our own name",
		})
		return err
	}
	return nil
}

// lot is a number that an area has by its name alone.
func (s *story) lot() (n int) {
	for _, letter := range strings.ToLower(s.area.Name) {
		n += int(letter)
	}
	return n
}

// leave writes a version that not everybody has signed.
func (s *story) leave(ctx context.Context, tx *db.Tx, k partnership.AgreementKind, change string, writer access.Actor, signers ...access.Actor) error {
	one, err := s.partnerships.WriteAgreementIn(ctx, tx, writer, s.area, partnership.NewAgreement{
		Kind: k, Organisation: s.lto.ID, Why: change, Text: partnership.FirstText(k, s.parties(), s.rules) + "\n\n" + change + ".",
	})
	if err != nil {
		return err
	}
	for _, by := range signers {
		if _, err := s.partnerships.SignIn(ctx, tx, by, s.area, one.ID, partnership.NewSignature{Digest: one.Digest(), Read: true}); err != nil {
			return err
		}
	}
	return nil
}
