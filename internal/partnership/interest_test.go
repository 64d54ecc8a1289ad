package partnership_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
)

// A register is a world with a register of interests in Tanners Reach. Lena and
// Omar are partnership members there; Wes is its worker.
type register struct {
	*fundingtest.World

	partnerships    *partnership.Partnerships
	lena, omar, wes access.Actor
}

func newRegister(t *testing.T, d *db.DB) *register {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 7)
	if err != nil {
		t.Fatal(err)
	}
	r := &register{World: w, partnerships: &partnership.Partnerships{DB: d, IDs: w.IDs, Now: w.Clock.Now, People: w.People}}
	if err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		for _, p := range []struct {
			who  *access.Actor
			name string
			role access.Role
		}{{&r.lena, "Lena", access.Member}, {&r.omar, "Omar", access.Member}, {&r.wes, "Wes", access.Worker}} {
			if *p.who, err = w.PersonIn(t.Context(), tx, p.name, p.role, access.InArea, string(w.Tanners.Area.ID)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

// declare declares an interest in an organisation by its name, since 2020.
func (r *register) declare(ctx context.Context, by access.Actor, kind partnership.InterestKind, with string) (partnership.InterestID, error) {
	return r.partnerships.Declare(ctx, by, r.Tanners.Area, partnership.NewInterest{
		Form: string(r.Form()), Kind: kind, OrganisationName: with, From: date.Must("2020-01-01"), Private: "Ask me before Tuesday.",
	})
}

func (r *register) touches(t *testing.T, about partnership.About, parties ...partnership.Party) (all []partnership.Touch) {
	t.Helper()
	r.read(t, func(tx *db.Tx) (err error) {
		all, err = partnership.TouchesIn(t.Context(), tx, r.Tanners.Area.ID, partnership.Matter{About: about, Parties: parties, On: r.Today()})
		return err
	})
	return all
}

func (r *register) bar(t *testing.T, who access.Actor, about partnership.About, parties ...partnership.Party) (bar partnership.Bar) {
	t.Helper()
	r.read(t, func(tx *db.Tx) (err error) {
		bar, err = partnership.BarIn(t.Context(), tx, r.Tanners.Area.ID, partnership.Matter{About: about, Parties: parties, On: r.Today()}, who.Person)
		return err
	})
	return bar
}

func (r *register) read(t *testing.T, f func(tx *db.Tx) error) {
	t.Helper()
	if err := r.DB.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (r *register) handle(ctx context.Context, by access.Actor, about partnership.About, i partnership.InterestID, how partnership.How, why string, parties ...partnership.Party) error {
	return r.partnerships.Handle(ctx, by, r.Tanners.Area, partnership.NewHandling{
		Form: string(r.Form()), About: about, Interest: i, How: how, Why: why, Parties: parties,
	})
}

var (
	bench  = partnership.About{Kind: "decision", ID: "1"}
	benchB = partnership.About{Kind: "decision", ID: "2"}
)

func TestAnInterestIsTouchedByItsOrganisationAndItsName(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		oak := r.Tanners.LTO
		if _, err := r.declare(t.Context(), r.lena, partnership.Employer, " oak-trust LTD"); err != nil {
			t.Fatal(err)
		}
		if _, err := r.partnerships.Declare(t.Context(), r.omar, r.Tanners.Area, partnership.NewInterest{
			Form: string(r.Form()), Kind: partnership.CloseTie, RelatedName: "Mary O’Brien", From: date.Must("2001-01-01"),
		}); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			party partnership.Party
			want  string
		}{
			{partnership.Party{Organisation: oak.ID}, "Lena"},
			{partnership.Party{Name: "Oak Trust Limited"}, "Lena"},
			{partnership.Party{Name: "OAK TRUST (CIC)"}, "Lena"},
			{partnership.Party{Name: "mary obrien"}, "Omar"},
			{partnership.Party{Name: "Oak"}, ""},
			{partnership.Party{Organisation: r.Millbrook.LTO.ID}, ""},
			{partnership.Party{Person: r.lena.Person}, ""},
			{partnership.Party{}, ""},
		} {
			var who []string
			for _, touch := range r.touches(t, bench, test.party) {
				who = append(who, touch.Name)
			}
			if got := strings.Join(who, " "); got != test.want {
				t.Errorf("%+v touches %q, want %q", test.party, got, test.want)
			}
		}
		all := r.touches(t, bench, partnership.Party{Organisation: oak.ID}, partnership.Party{Name: "Mary O'Brien"}, partnership.Party{Name: "oak trust"})
		if len(all) != 2 || all[0].Public != "I work for Oak Trust." || all[1].With != "somebody close" || strings.Contains(all[1].Public, "Mary") {
			t.Errorf("got %+v, want Lena’s and Omar’s, each once, and nobody close named", all)
		}
	})
}

// Whatever their hat, and in whatever area they told of it.
func TestAPersonIsBarredInEveryHat(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		oak := partnership.Party{Organisation: r.Tanners.LTO.ID}
		iid, err := r.declare(t.Context(), r.lena, partnership.Employer, "Oak Trust")
		if err != nil {
			t.Fatal(err)
		}
		chair, err := r.Hat(t.Context(), r.lena.Person, access.Chair, access.InArea, string(r.Tanners.Area.ID))
		if err != nil {
			t.Fatal(err)
		}
		if bar := r.bar(t, chair, bench, oak); !bar.Vote || !bar.Approve || bar.See || !strings.Contains(bar.Why, "I work for Oak Trust.") {
			t.Errorf("not handled: got %+v, want voting and approving barred, with her own words", bar)
		}
		if err := r.handle(t.Context(), chair, bench, iid, partnership.NoAction, "I say so.", oak); !errors.Is(err, fault.Forbidden) {
			t.Errorf("ruling on one’s own interest in another hat: got %v, want it refused", err)
		}
		omarChair, err := r.Hat(t.Context(), r.omar.Person, access.Chair, access.InArea, string(r.Tanners.Area.ID))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.declare(t.Context(), omarChair, partnership.OnTheBoard, "Oak Trust"); err != nil {
			t.Fatal(err)
		}
		if err := r.handle(t.Context(), omarChair, bench, iid, partnership.NoAction, "She is fine.", oak); !errors.Is(err, fault.Forbidden) {
			t.Errorf("ruling while touched oneself: got %v, want it refused", err)
		}
		if err := r.handle(t.Context(), r.omar, bench, iid, partnership.NoAction, "She is fine.", oak); !errors.Is(err, fault.Forbidden) {
			t.Errorf("ruling as a member: got %v, want it refused", err)
		}
		var wrong fault.Invalid
		if err := r.handle(t.Context(), r.wes, bench, iid, partnership.NoAction, " ", oak); !errors.As(err, &wrong) || wrong.For("why") == "" {
			t.Errorf("no action without why: got %v, want to be asked why", err)
		}
		for _, test := range []struct {
			how                partnership.How
			vote, see, approve bool
		}{
			{partnership.SpeakOnly, true, false, true},
			{partnership.Leave, true, true, true},
			{partnership.NoAction, false, false, true},
			{partnership.NoVote, true, false, true},
		} {
			if err := r.handle(t.Context(), r.wes, bench, iid, test.how, "We talked about it.", oak); err != nil {
				t.Fatal(err)
			}
			for _, hat := range []access.Actor{r.lena, chair} {
				if bar := r.bar(t, hat, bench, oak); bar.Vote != test.vote || bar.See != test.see || bar.Approve != test.approve {
					t.Errorf("%s: got %+v, want %+v", test.how, bar, test)
				}
			}
			if bar := r.bar(t, r.lena, benchB, oak); !bar.Vote || bar.See {
				t.Errorf("another matter: got %+v, want what was done here to be for here alone", bar)
			}
		}
		r.read(t, func(tx *db.Tx) error {
			all, err := partnership.HandlingsIn(t.Context(), tx, r.Tanners.Area.ID, bench)
			if len(all) != 4 || all[3].Number != 4 || all[0].RecordedBy != r.wes.Person || all[0].Register != 2 {
				t.Errorf("got %+v, want all four, by Wes, with the register’s version 2", all)
			}
			return err
		})
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := r.partnerships.CloseIn(t.Context(), tx, r.Tanners.Area.ID, bench); err != nil {
				return err
			}
			return r.partnerships.CloseIn(t.Context(), tx, r.Tanners.Area.ID, bench)
		}); err != nil {
			t.Fatal(err)
		}
		if err := r.handle(t.Context(), r.wes, bench, iid, partnership.SpeakOnly, "", oak); !errors.Is(err, fault.Conflict) {
			t.Errorf("after it closed: got %v, want a refusal", err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO interest_handlings (area_id, id, about_kind, about_id, interest_id, number, how, why, public_words, register, person_id, recorded_by, recorded_at)
				SELECT area_id, 'x', about_kind, about_id, interest_id, 99, how, why, public_words, register, person_id, recorded_by, recorded_at
				FROM interest_handlings WHERE number = 1`)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("a row after it closed: got %v, want the database to refuse it", err)
		}
		r.verified(t)
	})
}

// An interest that was told in one area by somebody whose hat reaches further is shown
// wherever they could act in a matter, freezes only what they decide, and nothing that
// they do not.
func TestAnInterestIsShownWhereverTheirHatReaches(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		ctx, oak := t.Context(), []partnership.Party{{Organisation: r.Tanners.LTO.ID}}
		for _, who := range []access.Actor{r.Carol, r.Farah, r.Millbrook.Approver} {
			if _, err := r.declare(ctx, who, partnership.Employer, "Oak Trust"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := r.declare(ctx, r.omar, partnership.Employer, "Oak Trust"); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			what string
			m    partnership.Matter
			want string // who is shown in Millbrook; those who decide with a star
		}{
			{"a decision", partnership.Matter{}, "Farah"},
			{"a payment", partnership.Matter{Moves: true}, "Carol* Farah"},
			{"spending of its organisation", partnership.Matter{Moves: true, Organisation: r.Millbrook.LTO.ID}, r.Millbrook.Approver.Name + "* Carol* Farah"},
			{"spending of another", partnership.Matter{Moves: true, Organisation: r.Tanners.LTO.ID}, "Carol* Farah"},
		} {
			test.m.About, test.m.Parties, test.m.On = partnership.About{Kind: "x", ID: "1"}, oak, r.Today()
			var got []string
			r.read(t, func(tx *db.Tx) error {
				all, err := partnership.TouchesIn(ctx, tx, r.Millbrook.Area.ID, test.m)
				for _, touch := range all {
					got = append(got, touch.Name+map[bool]string{true: "*"}[touch.Decides])
				}
				return err
			})
			want := strings.Fields(test.want)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", test.what, got, want)
			}
		}
	})
}

func (r *register) verified(t *testing.T) {
	t.Helper()
	r.read(t, func(tx *db.Tx) error {
		return verified(t.Context(), tx, func(bad string) { t.Error(bad) })
	})
}

func TestWhoDeclares(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		for name, by := range map[string]access.Actor{"a resident": r.Kit, "a member": r.lena, "the LTO’s": r.Tanners.Finance, "the programme’s": r.Ben} {
			if _, err := r.declare(t.Context(), by, partnership.Employer, "Oak Trust"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, by := range map[string]access.Actor{"nobody": {}, "from elsewhere": r.Millbrook.Chair} {
			if _, err := r.declare(t.Context(), by, partnership.Employer, "Oak Trust"); !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s: got %v, want a refusal", name, err)
			}
		}
		told := partnership.NewInterest{Form: string(r.Form()), For: r.lena.Person, Kind: partnership.OwnGroup, OrganisationName: "Reach Runners", From: date.Must("2021-05-01")}
		if _, err := r.partnerships.Declare(t.Context(), r.omar, r.Tanners.Area, told); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a member for another: got %v, want a refusal", err)
		}
		told.Form = string(r.Form())
		iid, err := r.partnerships.Declare(t.Context(), r.wes, r.Tanners.Area, told)
		if err != nil {
			t.Fatal(err)
		}
		told.Form, told.For = string(r.Form()), r.Millbrook.Chair.Person
		if _, err := r.partnerships.Declare(t.Context(), r.wes, r.Tanners.Area, told); !errors.Is(err, fault.NotFound) {
			t.Errorf("for somebody from elsewhere: got %v, want them not to be there", err)
		}
		r.read(t, func(tx *db.Tx) error {
			i, err := partnership.InterestByID(t.Context(), tx, r.Tanners.Area.ID, iid)
			if !i.ForSomebody() || i.Public != "I run, or help to run, Reach Runners." || i.Organisation != "" {
				t.Errorf("got %+v, want it recorded for Lena, by name", i)
			}
			return err
		})
		r.verified(t)
	})
}

// Nobody tells that an interest ended to be free on the same day, and nothing in
// the register is edited.
func TestAnInterestEndsByAFurtherRecord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		oak := partnership.Party{Organisation: r.Tanners.LTO.ID}
		iid, err := r.declare(t.Context(), r.lena, partnership.Employer, "Oak Trust")
		if err != nil {
			t.Fatal(err)
		}
		end := func(by access.Actor, until string) error {
			return r.partnerships.EndInterest(t.Context(), by, r.Tanners.Area, partnership.NewInterestEnd{Form: string(r.Form()), Interest: iid, Until: date.Must(until), Why: "I left."})
		}
		if err := end(r.omar, "2026-03-01"); !errors.Is(err, fault.Forbidden) {
			t.Errorf("somebody else’s: got %v, want a refusal", err)
		}
		var wrong fault.Invalid
		for _, until := range []string{"2019-12-31", "2020-01-01", "2027-01-01"} {
			if err := end(r.lena, until); !errors.As(err, &wrong) {
				t.Errorf("until %s: got %v, want it refused", until, err)
			}
		}
		if err := end(r.lena, "2026-03-01"); err != nil {
			t.Fatal(err)
		}
		if err := end(r.lena, "2026-03-02"); !errors.Is(err, fault.Conflict) {
			t.Errorf("again: got %v, want a conflict", err)
		}
		if !r.bar(t, r.lena, bench, oak).Approve {
			t.Error("on the day on which she told that it ended she may approve; want the next day")
		}
		r.Clock.Pass(24 * time.Hour)
		if bar := r.bar(t, r.lena, bench, oak); bar.Approve || bar.Why != "" {
			t.Errorf("the day after: got %+v, want nothing barred", bar)
		}
		for _, change := range []func(tx *db.Tx) error{
			func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `UPDATE interests SET public_words = 'x'`)
				return err
			},
			func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), `DELETE FROM interest_ends`); return err },
		} {
			if err := d.Write(t.Context(), change); err == nil {
				t.Error("the register was edited, want the database to refuse it")
			}
		}
		r.verified(t)
	})
}

// What somebody did before they told of an interest that they had is listed, for
// somebody without one to look at.
func TestAnInterestToldLateIsAnException(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		oak := partnership.Party{Organisation: r.Tanners.LTO.ID}
		done := deeds{}
		r.partnerships.Matters = map[string]partnership.Matters{"decision": &done}
		for _, who := range []access.Actor{r.lena, r.omar} {
			done.all = append(done.all, partnership.Deed{Person: who.Person, At: r.Clock.Now(), What: "voted", About: bench, Title: "Benches", Parties: []partnership.Party{oak}})
		}
		r.Clock.Pass(time.Hour)
		iid, err := r.declare(t.Context(), r.lena, partnership.Employer, "Oak Trust")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.partnerships.Declare(t.Context(), r.omar, r.Tanners.Area, partnership.NewInterest{
			Form: string(r.Form()), Kind: partnership.Employer, OrganisationName: "Oak Trust", From: r.Today().AddDays(1),
		}); err != nil {
			t.Fatal(err)
		}
		r.Clock.Pass(time.Hour)
		done.all = append(done.all, partnership.Deed{Person: r.lena.Person, At: r.Clock.Now(), What: "voted again", About: bench, Parties: []partnership.Party{oak}})
		exceptions := func() (all []partnership.Late) {
			r.read(t, func(tx *db.Tx) (err error) {
				all, err = r.partnerships.ExceptionsIn(t.Context(), tx, r.Tanners.Area.ID)
				return err
			})
			return all
		}
		all := exceptions()
		if len(all) != 1 || all[0].Name != "Lena" || all[0].Deed.What != "voted" || all[0].Interest.ID != iid {
			t.Fatalf("got %+v, want what Lena voted before she told of it, and no more", all)
		}
		look := func(by access.Actor) error {
			return r.partnerships.Review(t.Context(), by, r.Tanners.Area, partnership.NewReview{
				Form: string(r.Form()), Interest: iid, About: bench, What: "voted", Words: "The others agreed too. It stands.",
			})
		}
		chair, err := r.Hat(t.Context(), r.lena.Person, access.Chair, access.InArea, string(r.Tanners.Area.ID))
		if err != nil {
			t.Fatal(err)
		}
		if err := look(chair); !errors.Is(err, fault.Forbidden) {
			t.Errorf("looking at what one did oneself: got %v, want a refusal", err)
		}
		if err := look(r.wes); err != nil {
			t.Fatal(err)
		}
		if all := exceptions(); len(all) != 1 || all[0].Review.ReviewedBy != r.wes.Person {
			t.Errorf("got %+v, want it looked at by Wes", all)
		}
	})
}

// Whoever looked at what was told late, and had an interest in it that they told of after
// that, is listed too: once, and whether the matter named whom it touches or not. Who told
// before they looked is refused.
func TestWhoLookedAtItAndToldLaterIsListed(t *testing.T) {
	t.Parallel()
	for name, unnamed := range map[string]bool{"named": false, "not named": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				r := newRegister(t, d)
				firm := []partnership.Party{{Name: "Sawdust & Sons"}}
				deed := partnership.Deed{Person: r.lena.Person, At: r.Clock.Now(), What: "voted", About: bench, Title: "Benches", Called: "1", Parties: firm}
				done := deeds{matter: partnership.Matter{About: bench, Title: "Benches", Parties: firm}}
				if unnamed {
					deed.Parties, deed.Unnamed, done.matter.Parties = nil, firm, nil
				}
				done.all = []partnership.Deed{deed}
				r.partnerships.Matters = map[string]partnership.Matters{"decision": &done}
				listed := func() (said []string) {
					r.read(t, func(tx *db.Tx) error {
						all, err := r.partnerships.ExceptionsIn(t.Context(), tx, r.Tanners.Area.ID)
						for _, l := range all {
							said = append(said, l.Name+" "+l.Deed.What)
						}
						return err
					})
					return said
				}
				r.Clock.Pass(time.Hour)
				iid, err := r.declare(t.Context(), r.lena, partnership.Employer, "Sawdust and Sons")
				if err != nil {
					t.Fatal(err)
				}
				look := func(by access.Actor) error {
					return r.partnerships.Review(t.Context(), by, r.Tanners.Area, partnership.NewReview{Form: string(r.Form()), Interest: iid, About: bench, What: "voted", Words: "It stands."})
				}
				chair, err := r.Hat(t.Context(), r.omar.Person, access.Chair, access.InArea, string(r.Tanners.Area.ID))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := r.declare(t.Context(), r.omar, partnership.Employer, "Sawdust & Sons Ltd"); err != nil {
					t.Fatal(err)
				}
				if err := look(chair); !errors.Is(err, fault.Forbidden) {
					t.Errorf("Omar, who has an interest in it too, looks at it in the chair: %v", err)
				}
				for range 2 {
					r.Clock.Pass(time.Hour)
					if err := look(r.wes); err != nil {
						t.Fatal(err)
					}
				}
				if got := strings.Join(listed(), ", "); got != "Lena voted" {
					t.Errorf("before Wes tells of his: %s", got)
				}
				r.Clock.Pass(time.Hour)
				if _, err := r.declare(t.Context(), r.wes, partnership.OnTheBoard, "SAWDUST & SONS"); err != nil {
					t.Fatal(err)
				}
				if got, want := strings.Join(listed(), ", "), "Wes looked at what was told late about, Lena voted"; got != want {
					t.Errorf("after Wes told of his: %q, want %q", got, want)
				}
			})
		})
	}
}

// deeds are what people did, as another slice would tell it.
type areaID = area.ID

type deeds struct {
	all    []partnership.Deed
	matter partnership.Matter // the one there is; none where it is about nothing
}

func (d *deeds) Matter(context.Context, *db.Tx, areaID, string) (partnership.Matter, error) {
	if d.matter.About.ID == "" {
		return partnership.Matter{}, fault.NotFound
	}
	return d.matter, nil
}

func (d *deeds) OpenMatters(context.Context, *db.Tx, areaID) ([]partnership.Matter, error) {
	return nil, nil
}

func (d *deeds) DeedsOf(_ context.Context, _ *db.Tx, _ areaID, who []access.PersonID) ([]partnership.Deed, error) {
	return slices.DeleteFunc(slices.Clone(d.all), func(x partnership.Deed) bool { return !slices.Contains(who, x.Person) }), nil
}

func TestAnInterestIsChecked(t *testing.T) {
	t.Parallel()
	today := date.Must("2026-10-20")
	good := partnership.NewInterest{Kind: partnership.Employer, OrganisationName: "Oak Trust", From: date.Must("2020-01-01")}
	for _, test := range []struct {
		field string
		spoil func(*partnership.NewInterest)
	}{
		{"", func(*partnership.NewInterest) {}},
		{"", func(n *partnership.NewInterest) { n.OrganisationName, n.Organisation = "", organisation.ID("x") }},
		{"", func(n *partnership.NewInterest) {
			n.Kind, n.OrganisationName, n.RelatedName = partnership.CloseTie, "", "Mary"
		}},
		{"kind", func(n *partnership.NewInterest) { n.Kind = "pal" }},
		{"organisation", func(n *partnership.NewInterest) { n.OrganisationName = " – " }},
		{"organisation", func(n *partnership.NewInterest) { n.OrganisationName, n.RelatedName = "", "Mary" }},
		{"organisation", func(n *partnership.NewInterest) { n.Kind, n.OrganisationName = partnership.CloseTie, "" }},
		{"public", func(n *partnership.NewInterest) { n.Kind = partnership.AnotherInterest }},
		{"public", func(n *partnership.NewInterest) { n.Public = strings.Repeat("é", 301) }},
		{"from", func(n *partnership.NewInterest) { n.From = date.Date{} }},
		{"from", func(n *partnership.NewInterest) { n.From = date.Must("2028-01-01") }},
		{"until", func(n *partnership.NewInterest) { n.Until = n.From }},
	} {
		n := good
		test.spoil(&n)
		wrong := n.Check(today)
		if (test.field == "") != (len(wrong) == 0) || (test.field != "" && wrong.For(test.field) == "") {
			t.Errorf("%+v: got %v, want a fault of %q", n, wrong, test.field)
		}
	}
}

// In summer, half an hour after midnight in London is the day before in UTC, in which
// the time is kept.
func TestAnInterestThatEndsAfterMidnightIsVerified(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		at := time.Date(r.Today().Year()+1, time.June, 10, 0, 30, 0, 0, london)
		r.partnerships.Now = func() time.Time { return at }
		iid, err := r.declare(t.Context(), r.lena, partnership.Employer, "Oak Trust")
		if err != nil {
			t.Fatal(err)
		}
		if err := r.partnerships.EndInterest(t.Context(), r.lena, r.Tanners.Area, partnership.NewInterestEnd{
			Form: string(r.Form()), Interest: iid, Until: date.Of(at), Why: "A new job",
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			return verified(t.Context(), tx, func(bad string) { t.Error(bad) })
		}); err != nil {
			t.Fatal(err)
		}
	})
}
