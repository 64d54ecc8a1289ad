package funding

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/organisation"
)

// mostEvidence is how many files one spend may have.
const mostEvidence = 20

// NewEvidence is what was sent as evidence of a spend.
type NewEvidence struct {
	Files   []document.File // examined, as they are to be kept
	Kept    []document.Hash // sent before with the same form, and waiting for it
	refused []string        // why each other file is not taken
}

// ExamineEvidence looks at files that were sent. It takes time, so it is done
// before any transaction.
func ExamineEvidence(sent []document.Sent, kept ...document.Hash) NewEvidence {
	n := NewEvidence{Kept: kept}
	for _, s := range sent {
		f, err := document.Examine(s)
		if err != nil {
			n.refused = append(n.refused, "“"+s.ShownName()+"” "+err.Error())
			continue
		}
		n.Files = append(n.Files, f)
	}
	return n
}

// check says what is wrong with the files, if anything.
func (n NewEvidence) check(wrong *fault.Invalid) {
	if len(n.refused) > 0 {
		wrong.Add("evidence", strings.Join(n.refused, " "))
	}
	if len(n.Files)+len(n.Kept)+len(n.refused) > document.MostFiles {
		wrong.Add("evidence", fmt.Sprintf("Send up to %d files at once. You can add more afterwards.", document.MostFiles))
	}
}

// hashes are the content of the files, for what is sent twice.
func (n NewEvidence) hashes() []document.Hash {
	all := slices.Clone(n.Kept)
	for _, f := range n.Files {
		all = append(all, f.Hash)
	}
	return all
}

// HoldEvidence keeps files that came with a form that was refused, until the
// form is sent again, and tells all that wait for it.
func (f *Funding) HoldEvidence(ctx context.Context, by access.Actor, a area.Area, o organisation.ID, form Form, n NewEvidence) (held []document.Upload, err error) {
	if form == "" || len(form) > 100 {
		return nil, nil
	}
	err = f.DB.Write(ctx, func(tx *db.Tx) error {
		if err := by.Must(access.ProvideSpend, placeOf(a, o)); err != nil {
			return err
		}
		for _, file := range n.Files {
			if err := document.Hold(ctx, tx, string(form), string(by.Person), file, f.Now()); err != nil {
				return err
			}
		}
		held, err = document.Held(ctx, tx, string(form), string(by.Person))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("hold evidence: %w", err)
	}
	return held, nil
}

// AddEvidence adds files to a spend that is not certified yet.
func (f *Funding) AddEvidence(ctx context.Context, by access.Actor, a area.Area, sid SpendID, form Form, n NewEvidence) error {
	return f.once(ctx, by, form, []any{"evidence", a.ID, sid, n.hashes()}, "add evidence", func(tx *db.Tx) (string, error) {
		return string(sid), f.AddEvidenceIn(ctx, tx, by, a, sid, form, n)
	})
}

// AddEvidenceIn is AddEvidence as part of a transaction.
func (f *Funding) AddEvidenceIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, sid SpendID, form Form, n NewEvidence) error {
	s, err := SpendOf(ctx, tx, a.ID, sid)
	if err != nil {
		return err
	}
	if err := s.MayAddEvidence(by, a); err != nil {
		return err
	}
	var wrong fault.Invalid
	if n.check(&wrong); len(n.hashes()) == 0 {
		wrong.Add("evidence", "Choose a file")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	return f.keepEvidence(ctx, tx, by, a, s, form, n)
}

// MayAddEvidence says why an actor may not add evidence to the spend, or
// nothing. What is certified has the evidence that it was certified with.
func (s Spend) MayAddEvidence(by access.Actor, a area.Area) error {
	if err := by.Must(access.ProvideSpend, placeOf(a, s.Organisation)); err != nil {
		return err
	}
	if s.State() != SpendProvided {
		return fault.New(fault.Conflict, "This was "+string(s.State())+" already, so its evidence stays as it is.")
	}
	return nil
}

// keepEvidence files what was sent, and what waited for this form.
func (f *Funding) keepEvidence(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, s Spend, form Form, n NewEvidence) error {
	files := slices.Clone(n.Files)
	for _, h := range n.Kept {
		file, err := document.Take(ctx, tx, string(form), string(by.Person), h)
		if errors.Is(err, fault.NotFound) {
			return fault.Invalid{{Field: "evidence", Words: "A file that you sent before is no longer here. Choose it again."}}
		}
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	for _, file := range files {
		filing, fresh, err := document.Keep(ctx, tx, f.IDs, document.Filing{Place: string(a.ID), Subject: string(s.ID), By: string(by.Person), At: f.Now()}, file)
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		if err := f.record(ctx, tx, by, a, "evidence added", string(s.ID), map[string]string{
			"file": string(filing.ID), "type": string(filing.Type),
		}, evidenceWords(filing)); err != nil {
			return err
		}
	}
	all, err := document.Filings(ctx, tx, string(a.ID), string(s.ID))
	if err == nil && len(all) > mostEvidence {
		err = fault.Invalid{{Field: "evidence", Words: fmt.Sprintf("One spend has up to %d files. Put several pages into one PDF.", mostEvidence)}}
	}
	return err
}

// evidenceWords are what an event commits to without saying it: a name, and what
// the file holds.
func evidenceWords(f document.Filing) string { return f.Name + "\n" + string(f.Hash) }

// Evidence is what is kept of a spend's evidence, as a reader may see it.
type Evidence struct {
	Count int
	Files []EvidenceFile // for those who may see them
}

// An EvidenceFile is one file of it.
type EvidenceFile struct {
	document.Filing
	UsedAlready bool // it is evidence of another spend too, here or anywhere
}

// UsedAlready tells how many of the files are evidence of other spending too.
func (e Evidence) UsedAlready() (n int) {
	for _, f := range e.Files {
		if f.UsedAlready {
			n++
		}
	}
	return n
}

// EvidenceOf is the evidence of a spend: how many files there are for everyone
// who sees the spend, and which for those who see the organisation's money desk.
func EvidenceOf(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, s Spend) (Evidence, error) {
	all, err := document.Filings(ctx, tx, string(a.ID), string(s.ID))
	if err != nil {
		return Evidence{}, err
	}
	e := Evidence{Count: len(all)}
	if !s.MaySeeEvidence(by, a) {
		return e, nil
	}
	for _, filing := range all {
		used, err := usedAlready(ctx, tx, filing)
		if err != nil {
			return Evidence{}, err
		}
		e.Files = append(e.Files, EvidenceFile{filing, used})
	}
	return e, nil
}

// MaySeeEvidence reports whether an actor may see the files themselves.
func (s Spend) MaySeeEvidence(by access.Actor, a area.Area) bool {
	return by.May(access.SeeMoneyDesk, placeOf(a, s.Organisation))
}

// EvidenceFileOf is one file of a spend's evidence, or fault.NotFound for who
// may not see it.
func EvidenceFileOf(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, sid SpendID, fid document.FilingID) (document.Filing, error) {
	s, err := SpendOf(ctx, tx, a.ID, sid)
	if err != nil {
		return document.Filing{}, err
	}
	if !s.MaySeeEvidence(by, a) {
		return document.Filing{}, fault.NotFound
	}
	return document.FilingOf(ctx, tx, string(a.ID), string(sid), fid)
}

// usedAlready reports whether a file is evidence of something else that counts,
// or may come to count. What was sent back or reversed does not.
func usedAlready(ctx context.Context, tx *db.Tx, f document.Filing) (bool, error) {
	uses, err := document.Elsewhere(ctx, tx, f)
	if err != nil {
		return false, err
	}
	for _, use := range uses {
		s, err := SpendOf(ctx, tx, area.ID(use.Place), SpendID(use.Subject))
		switch {
		case errors.Is(err, fault.NotFound): // something that is no spend
			return true, nil
		case err != nil:
			return false, err
		case s.State() == SpendProvided, s.State() == SpendCertified:
			return true, nil
		}
	}
	return false, nil
}

// digest is the SHA-256 of a spend and its evidence, one part a line, in
// hexadecimal digits: what a certifier was shown and certifies. Whatever is
// changed or added makes another.
func (s Spend) digest(ctx context.Context, tx *db.Tx) (string, error) {
	files, err := document.Filings(ctx, tx, string(s.Area), string(s.ID))
	if err != nil {
		return "", err
	}
	var hashes []document.Hash
	for _, f := range files {
		hashes = append(hashes, f.Hash)
	}
	return s.digestWith(hashes), nil
}

func (s Spend) digestWith(evidence []document.Hash) string {
	lines := []string{
		"spend 1", string(s.Area), string(s.ID), string(s.Organisation), string(s.Line), string(s.Amount.Currency()), s.Amount.Decimal(),
		s.SpentOn.String(), strconv.Quote(s.Heading), string(s.PayeeKind), strconv.Quote(s.Payee), strconv.Quote(s.Decision), string(s.ProvidedBy),
	}
	evidence = slices.Sorted(slices.Values(evidence))
	for _, h := range evidence {
		lines = append(lines, "evidence "+string(h))
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// verifyEvidence holds what was certified against the spend and its evidence as
// they now are.
func verifyEvidence(ctx context.Context, tx *db.Tx, report func(string)) error {
	type of struct{ place, subject string }
	hashes := map[of][]document.Hash{}
	if err := document.EachFiling(ctx, tx, func(f document.Filing) error {
		at := of{f.Place, f.Subject}
		hashes[at] = append(hashes[at], f.Hash)
		return nil
	}); err != nil {
		return err
	}
	return db.Each(ctx, tx, func(r db.Row) error {
		s, err := scanSpend(r)
		if err == nil && s.CertifiedDigest != "" && s.CertifiedDigest != s.digestWith(hashes[of{string(s.Area), string(s.ID)}]) {
			report(fmt.Sprintf("area %s: spend %s, or its evidence, is not what was certified", s.Area, s.ID))
		}
		return err
	}, `SELECT `+spendColumns+` WHERE c.spend_id IS NOT NULL ORDER BY s.area_id, s.id`)
}

// evidenceHistory holds each file against the event with which it was added.
func evidenceHistory(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	kept := audit.KeptOf("evidence added", report, "file", "type")
	err := document.EachFiling(ctx, tx, func(f document.Filing) error {
		ours := !strings.HasPrefix(f.Subject, document.OfWorkshops) && !strings.HasPrefix(f.Subject, document.OfPhotos)
		if ours { // others are held against history by the room that filed them
			kept.Worded(evidenceWords(f), f.Place, f.Subject, f.By, string(f.ID), string(f.Type))
		}
		return nil
	})
	return kept.Reader(), err
}
