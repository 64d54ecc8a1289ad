package funding_test

import (
	"errors"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/plan"
)

func text(name, words string) funding.NewEvidence {
	return funding.ExamineEvidence([]document.Sent{{Name: name, Content: []byte(words)}})
}

// evidenceOf is a spend and its evidence as somebody sees them.
func evidenceOf(t *testing.T, w *fundingtest.World, by access.Actor, p *fundingtest.Place, sid funding.SpendID) (s funding.Spend, e funding.Evidence) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		if s, _, err = funding.SpendFor(t.Context(), tx, by, p.Area, sid); err != nil {
			return err
		}
		e, err = funding.EvidenceOf(t.Context(), tx, by, p.Area, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, e
}

// What is certified is a spend with its evidence, as it was shown. Evidence that
// was added since voids that, and none is added afterwards.
func TestEvidenceIsPartOfWhatIsCertified(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := paidWorld(t, d)
		ctx, p := t.Context(), w.Tanners
		n := w.NewSpend(p, bench(t, w, p), money.Pounds(100))
		n.Evidence = text("bill.txt", "A bill of one hundred pounds")
		sid := must[funding.SpendID](t)(w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n))
		if again := must[funding.SpendID](t)(w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n)); again != sid {
			t.Error("sent twice, it counted twice")
		}
		shown, e := evidenceOf(t, w, p.Approver, p, sid)
		if e.Count != 1 || len(e.Files) != 1 || e.Files[0].Name != "bill.txt" || e.UsedAlready() != 0 {
			t.Fatalf("evidence %+v", e)
		}
		done(t, w.Funding.AddEvidence(ctx, p.Finance, p.Area, sid, w.Form(), text("receipt.txt", "Paid with thanks")))
		err := w.Funding.CertifyShown(ctx, p.Approver, p.Area, w.Form(), funding.Shown{Spend: sid, Digest: shown.Digest})
		if !errors.Is(err, fault.Conflict) {
			t.Errorf("certified what was not shown: %v, want a conflict", err)
		}
		shown, _ = evidenceOf(t, w, p.Approver, p, sid)
		done(t, w.Funding.CertifyShown(ctx, p.Approver, p.Area, w.Form(), funding.Shown{Spend: sid, Digest: shown.Digest}))
		certified, _ := evidenceOf(t, w, p.Approver, p, sid)
		if certified.CertifiedDigest != shown.Digest {
			t.Errorf("certified %s, shown %s", certified.CertifiedDigest, shown.Digest)
		}
		if err := w.Funding.AddEvidence(ctx, p.Finance, p.Area, sid, w.Form(), text("late.txt", "Later")); !errors.Is(err, fault.Conflict) {
			t.Errorf("evidence added after certifying: %v, want a conflict", err)
		}
		sound(t, d)
	})
}

// paidWorld is a world in which both places hold money for benches.
func paidWorld(t *testing.T, d *db.DB) *fundingtest.World {
	t.Helper()
	w, _, o := readyWorld(t, d)
	must[funding.PaymentID](t)(w.Pay(t.Context(), w.Tanners, o.Instalments[0].ID))
	_, o, err := w.Ready(t.Context(), w.Millbrook)
	done(t, err)
	must[funding.PaymentID](t)(w.Pay(t.Context(), w.Millbrook, o.Instalments[0].ID))
	return w
}

func bench(t *testing.T, w *fundingtest.World, p *fundingtest.Place) plan.LineID {
	t.Helper()
	lines, err := w.Lines(t.Context(), p)
	done(t, err)
	return lines["green/benches"]
}

// The same file for two spends, wherever they are, is told to those who certify,
// without saying where. What was sent back or reversed does not count.
func TestTheSameEvidenceTwiceIsTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := paidWorld(t, d)
		ctx := t.Context()
		provide := func(p *fundingtest.Place, words string) funding.SpendID {
			n := w.NewSpend(p, bench(t, w, p), money.Pounds(10))
			n.Evidence = text("bill.txt", words)
			return must[funding.SpendID](t)(w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n))
		}
		used := func(p *fundingtest.Place, sid funding.SpendID) int {
			_, e := evidenceOf(t, w, p.Approver, p, sid)
			return e.UsedAlready()
		}
		here, there, other := provide(w.Tanners, "Bill 7"), provide(w.Millbrook, "Bill 7"), provide(w.Tanners, "Bill 8")
		if used(w.Tanners, here) != 1 || used(w.Millbrook, there) != 1 || used(w.Tanners, other) != 0 {
			t.Errorf("used already: %d here, %d there, %d of another file; want 1, 1, 0", used(w.Tanners, here), used(w.Millbrook, there), used(w.Tanners, other))
		}
		done(t, w.Funding.RefuseSpend(ctx, w.Millbrook.Approver, w.Millbrook.Area, there, "Not ours", w.Form()))
		if used(w.Tanners, here) != 0 {
			t.Error("what was sent back still counts as used")
		}
	})
}

// Only those of the organisation's money desk see evidence; who else sees the
// spend is told how many files there are. Only its finance adds any.
func TestWhoSeesEvidence(t *testing.T) {
	t.Parallel()
	w := paidWorld(t, dbtest.SQLite(t))
	ctx, p := t.Context(), w.Tanners
	n := w.NewSpend(p, bench(t, w, p), money.Pounds(100))
	n.Evidence = text("bill.txt", "A bill")
	sid := must[funding.SpendID](t)(w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n))
	done(t, w.Funding.CertifySpends(ctx, p.Approver, p.Area, w.Form(), sid))
	_, e := evidenceOf(t, w, p.Approver, p, sid)
	fid := e.Files[0].ID
	for _, x := range []struct {
		who  string
		by   access.Actor
		sees bool
	}{
		{"finance", p.Finance, true},
		{"programme finance", w.Ben, true},
		{"programme officer", w.Farah, false},
		{"nobody", access.Actor{}, false},
		{"another organisation’s finance", w.Millbrook.Finance, false},
	} {
		s, e := evidenceOf(t, w, x.by, p, sid)
		if e.Count != 1 || (len(e.Files) == 1) != x.sees || (s.CertifiedDigest != "") != x.sees {
			t.Errorf("%s sees %d files of %d, digest %q", x.who, len(e.Files), e.Count, s.CertifiedDigest)
		}
		err := w.DB.Read(ctx, func(tx *db.Tx) error {
			_, err := funding.EvidenceFileOf(ctx, tx, x.by, p.Area, sid, fid)
			return err
		})
		if (err == nil) != x.sees || err != nil && !errors.Is(err, fault.NotFound) {
			t.Errorf("%s asks for the file: %v", x.who, err)
		}
		if x.who != "finance" {
			if err := w.Funding.AddEvidence(ctx, x.by, p.Area, sid, w.Form(), text("x.txt", "x")); !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s adds evidence: %v, want forbidden", x.who, err)
			}
		}
	}
}

// A file of a form that was refused waits for it, and is taken when it is sent
// again: once, by that person, with that form.
func TestARefusedFormKeepsItsFiles(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := paidWorld(t, d)
		ctx, p := t.Context(), w.Tanners
		n := w.NewSpend(p, bench(t, w, p), money.Pounds(100))
		n.Heading, n.Evidence = "", text("bill.txt", "A bill")
		_, err := w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n)
		if wrong, ok := errors.AsType[fault.Invalid](err); !ok || wrong.For("heading") == "" {
			t.Fatalf("without a heading: %v", err)
		}
		if _, err := w.Funding.HoldEvidence(ctx, p.Approver, p.Area, p.LTO.ID, n.Form, n.Evidence); !errors.Is(err, fault.Forbidden) {
			t.Errorf("held for who may not record spending: %v, want forbidden", err)
		}
		held, err := w.Funding.HoldEvidence(ctx, p.Finance, p.Area, p.LTO.ID, n.Form, n.Evidence)
		if err != nil || len(held) != 1 || held[0].Name != "bill.txt" {
			t.Fatalf("held %v, %v", held, err)
		}
		n.Heading, n.Evidence = "Roof", funding.ExamineEvidence(nil, held[0].Hash)
		sid := must[funding.SpendID](t)(w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n))
		if again := must[funding.SpendID](t)(w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n)); again != sid {
			t.Error("sent twice, it counted twice")
		}
		if _, e := evidenceOf(t, w, p.Finance, p, sid); e.Count != 1 {
			t.Errorf("%d files, want 1", e.Count)
		}
		other := w.NewSpend(p, bench(t, w, p), money.Pounds(5))
		other.Evidence = funding.ExamineEvidence(nil, held[0].Hash)
		if _, err := w.Funding.ProvideSpend(ctx, p.Finance, p.Area, other); err == nil || !strings.Contains(err.Error(), "no longer here") {
			t.Errorf("a file of another form: %v", err)
		}
	})
}

// What is wrong with files is said of each, and the form is refused.
func TestFilesThatAreNotTaken(t *testing.T) {
	t.Parallel()
	w := paidWorld(t, dbtest.SQLite(t))
	n := w.NewSpend(w.Tanners, bench(t, w, w.Tanners), money.Pounds(100))
	n.Evidence = funding.ExamineEvidence([]document.Sent{{Name: "page.pdf", Content: []byte("<html>")}, {Name: "film.mov", Cut: true}})
	_, err := w.Funding.ProvideSpend(t.Context(), w.Tanners.Finance, w.Tanners.Area, n)
	wrong, _ := errors.AsType[fault.Invalid](err)
	if words := wrong.For("evidence"); !strings.Contains(words, "“page.pdf” is not a kind") || !strings.Contains(words, "“film.mov” is larger than 10 MB") {
		t.Errorf("got %q", words)
	}
	n.Evidence = funding.ExamineEvidence(make([]document.Sent, 6))
	if _, err = w.Funding.ProvideSpend(t.Context(), w.Tanners.Finance, w.Tanners.Area, n); err == nil {
		t.Error("six files at once were taken")
	}
}
