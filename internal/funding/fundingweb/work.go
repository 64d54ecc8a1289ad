package fundingweb

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// workRoutes are the steps of the walk, in its order.
func (p pages) workRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /areas/{area}/money/allocations/new", Policy: web.Needs(access.Allocate), Do: p.newAllocation},
		{Pattern: "POST /areas/{area}/money/allocations", Policy: web.Needs(access.Allocate), Do: p.allocate},

		{Pattern: "GET /areas/{area}/money/ltos/new", Policy: web.Needs(access.ChooseLTO), Do: p.newHolding},
		{Pattern: "POST /areas/{area}/money/ltos", Policy: web.Needs(access.ChooseLTO), Do: p.hold},
		{Pattern: "GET /areas/{area}/money/ltos/{organisation}/end", Policy: web.Needs(access.ChooseLTO), Do: p.newHoldingEnd},
		{Pattern: "POST /areas/{area}/money/ltos/{organisation}/end", Policy: web.Needs(access.ChooseLTO), Do: p.endHolding},

		{Pattern: "GET /areas/{area}/money/offers", Policy: web.Public(), Do: p.offers},
		{Pattern: "GET /areas/{area}/money/offers.csv", Policy: web.Public(), Do: p.offersCSV},
		{Pattern: "GET /areas/{area}/money/offers/{number}/schedule.csv", Policy: web.Public(), Do: p.offerCSV},
		{Pattern: "GET /areas/{area}/money/offers/{number}", Policy: web.Public(), Do: p.offer},
		{Pattern: "GET /areas/{area}/money/offers/new", Policy: web.Needs(access.MakeOffer), Do: p.newOffer},
		{Pattern: "POST /areas/{area}/money/offers", Policy: web.Needs(access.MakeOffer), Do: p.makeOffer},
		{Pattern: "POST /areas/{area}/money/offers/{number}/acceptance", Policy: web.Needs(access.AcceptOffer), Do: p.acceptOffer},
		{Pattern: "GET /areas/{area}/money/offers/{number}/decline", Policy: web.Needs(access.AcceptOffer), Do: p.newDecline},
		{Pattern: "POST /areas/{area}/money/offers/{number}/decline", Policy: web.Needs(access.AcceptOffer), Do: p.declineOffer},

		{Pattern: "GET /programmes/{programme}/payments", Policy: web.Hidden(access.SeePayments, ""), Do: p.paymentDesk},
		{Pattern: "GET /programmes/{programme}/payments.csv", Policy: web.Hidden(access.SeePayments, ""), Do: p.paymentDeskCSV},
		{Pattern: "GET /areas/{area}/money/instalments/{instalment}/payment", Policy: web.Needs(access.PreparePayment), Do: p.newPayment},
		{Pattern: "POST /areas/{area}/money/instalments/{instalment}/payment", Policy: web.Needs(access.PreparePayment), Do: p.preparePayment},
		{Pattern: "GET /areas/{area}/money/payments/{payment}", Policy: web.Public(), Do: p.payment},
		{Pattern: "POST /areas/{area}/money/payments/{payment}/approvals", Policy: web.Needs(access.ApprovePayment), Do: p.approvePayment},
		{Pattern: "GET /areas/{area}/money/payments/{payment}/release", Policy: web.Needs(access.ReleasePayment), Do: p.newRelease},
		{Pattern: "POST /areas/{area}/money/payments/{payment}/release", Policy: web.Needs(access.ReleasePayment), Do: p.releasePayment},
		{Pattern: "GET /areas/{area}/money/payments/{payment}/cancellation", Policy: web.Needs(access.PreparePayment), Do: p.newCancellation},
		{Pattern: "POST /areas/{area}/money/payments/{payment}/cancellation", Policy: web.Needs(access.PreparePayment), Do: p.cancelPayment},
		{Pattern: "GET /areas/{area}/money/payments/{payment}/returns", Policy: web.Needs(access.ReversePayment), Do: p.newReturn},
		{Pattern: "POST /areas/{area}/money/payments/{payment}/returns", Policy: web.Needs(access.ReversePayment), Do: p.returnUnderspend},
		{Pattern: "GET /areas/{area}/money/payments/{payment}/reversal", Policy: web.Needs(access.ReversePayment), Do: p.newPaymentReversal},
		{Pattern: "POST /areas/{area}/money/payments/{payment}/reversal", Policy: web.Needs(access.ReversePayment), Do: p.askReversal},
		{Pattern: "POST /areas/{area}/money/payments/{payment}/reversal/confirmation", Policy: web.Needs(access.ReversePayment), Do: p.reversePayment},
		{Pattern: "GET /areas/{area}/money/payments/{payment}/reversal/refusal", Policy: web.Needs(access.ReversePayment), Do: p.newReversalRefusal},
		{Pattern: "POST /areas/{area}/money/payments/{payment}/reversal/refusal", Policy: web.Needs(access.ReversePayment), Do: p.refuseReversal},

		{Pattern: "GET /organisations/{organisation}/money", Policy: web.Hidden(access.SeeMoneyDesk, ""), Do: p.moneyDesk},
		{Pattern: "GET /organisations/{organisation}/money.csv", Policy: web.Hidden(access.SeeMoneyDesk, ""), Do: p.moneyDeskCSV},
		{Pattern: "POST /areas/{area}/money/spending/certification", Policy: web.Hidden(access.SeeMoneyDesk, access.CertifySpend), Seen: p.seesDesk, Do: p.certifySpends},
		{Pattern: "GET /areas/{area}/money/spending/new", Policy: web.Hidden(access.SeeMoneyDesk, access.ProvideSpend), Seen: p.seesDesk, Do: p.newSpend},
		{Pattern: "POST /areas/{area}/money/spending", Policy: web.Hidden(access.SeeMoneyDesk, access.ProvideSpend), Seen: p.seesDesk, Do: p.provideSpend, MostBody: web.MostFiles},
		{Pattern: "GET /areas/{area}/money/spending/{spend}", Policy: web.Public(), Do: p.spend},
		// Who recorded a spend may take it back, so certifying is not asked for here.
		{Pattern: "GET /areas/{area}/money/spending/{spend}/refusal", Policy: web.Hidden(access.SeeMoneyDesk, ""), Seen: p.seesDesk, Do: p.newRefusal},
		{Pattern: "POST /areas/{area}/money/spending/{spend}/refusal", Policy: web.Hidden(access.SeeMoneyDesk, ""), Seen: p.seesDesk, Do: p.refuseSpend},
		{Pattern: "GET /areas/{area}/money/spending/{spend}/reversal", Policy: web.Hidden(access.SeeMoneyDesk, access.CertifySpend), Seen: p.seesDesk, Do: p.newSpendReversal},
		{Pattern: "POST /areas/{area}/money/spending/{spend}/reversal", Policy: web.Hidden(access.SeeMoneyDesk, access.CertifySpend), Seen: p.seesDesk, Do: p.reverseSpend},
		{Pattern: "GET /areas/{area}/money/spending/{spend}/theme", Policy: web.Needs(access.RecodeSpend), Do: p.newRecoding},
		{Pattern: "POST /areas/{area}/money/spending/{spend}/theme", Policy: web.Needs(access.RecodeSpend), Do: p.recodeSpend},
	}
}

// Addresses of the work, beside those that all pages share.
func offersHref(a area.Area) string { return moneyHref(a) + "/offers" }

func offerHref(a area.Area, number int64) string { return offersHref(a) + "/" + ordinal(number) }

func deskHref(o organisation.Organisation) string { return "/organisations/" + o.Slug + "/money" }

func paymentsHref(p area.Programme) string { return "/programmes/" + p.Slug + "/payments" }

// placeOf is the area as a place in which an organisation acts.
func placeOf(a area.Area, o organisation.ID) access.Place {
	place := a.Place()
	place.Organisation = string(o)
	return place
}

// seesDesk says that there is no money desk, for who sees none of those that hold
// the area's money: or not that of the spend which a request names.
func (p pages) seesDesk(r *http.Request, by access.Actor) error {
	return p.read(r.Context(), func(tx *db.Tx) error {
		a, err := areaOf(r, tx)
		if err != nil {
			return err
		}
		if sid := funding.SpendID(r.PathValue("spend")); sid != "" {
			s, err := funding.SpendOf(r.Context(), tx, a.ID, sid)
			if err != nil {
				return err
			}
			return by.MustSee(access.SeeMoneyDesk, placeOf(a, s.Organisation))
		}
		holdings, err := funding.Holdings(r.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		for _, h := range holdings {
			if by.May(access.SeeMoneyDesk, placeOf(a, h.Organisation)) {
				return nil
			}
		}
		return by.MustSee(access.SeeMoneyDesk, a.Place())
	})
}

// theArea is the area that a request names, for a handler that reads nothing else.
func (p pages) theArea(r *http.Request) (area.Area, error) {
	var a area.Area
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		a, err = areaOf(r, tx)
		return err
	})
	return a, err
}

// A sheet is what every form page has: its frame, what is wrong with what was
// sent, the form's own name, and where it is sent.
type sheet struct {
	Shell  web.Shell
	Wrong  fault.Invalid
	Form   string
	Action string
	Back   web.Link // the way out, with nothing done
}

// frame puts the sheet in its area. A page that has something wrong says so
// before its title.
func (s *sheet) frame(p pages, r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) {
	s.Shell = p.shell(r, by, a, title, append(crumbs, web.Link{Text: title})...)
	if len(s.Wrong) > 0 {
		s.Shell.Title = "Error: " + title
	}
	s.Shell.NoIndex = true
	if s.Form == "" {
		s.Form = p.site.NewForm()
	}
}

func (s *sheet) status() int {
	if len(s.Wrong) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// day is a date as its three boxes hold it.
type day struct{ Day, Month, Year string }

func dayOf(d date.Date) day {
	if d.IsZero() {
		return day{}
	}
	return day{ordinal(int64(d.Day())), ordinal(int64(d.Month())), ordinal(int64(d.Year()))}
}

func typedDay(f *web.Form, field string) day {
	parts := f.DateParts(field)
	return day{parts[0], parts[1], parts[2]}
}

// field is the day as a question.
func (d day) field(name, label, hint string, wrong fault.Invalid) web.DateField {
	return web.DateField{Name: name, Label: label, Hint: hint, Error: wrong.For(name), Day: d.Day, Month: d.Month, Year: d.Year}
}

// The names of things, looked up once each while a page is read. The first
// error stops the looking and is kept.
type names struct {
	r         *http.Request
	tx        *db.Tx
	areas     map[area.ID]area.Area
	orgs      map[organisation.ID]organisation.Organisation
	lines     map[area.ID]map[plan.LineID]plan.Line
	people    map[access.PersonID]string
	signedIn  bool
	firstFail error
}

func namesIn(r *http.Request, tx *db.Tx, by access.Actor) *names {
	return &names{
		r: r, tx: tx, areas: map[area.ID]area.Area{}, orgs: map[organisation.ID]organisation.Organisation{},
		lines: map[area.ID]map[plan.LineID]plan.Line{}, people: map[access.PersonID]string{}, signedIn: by.SignedIn(),
	}
}

func (n *names) ctx() context.Context { return n.r.Context() }

func (n *names) fail(err error) {
	if n.firstFail == nil {
		n.firstFail = err
	}
}

// know looks up several at once.
func (n *names) know(areas []area.ID, orgs []organisation.ID, people []access.PersonID) {
	var err error
	n.areas, err = area.ByIDs(n.ctx(), n.tx, areas)
	n.fail(err)
	n.orgs, err = organisation.Named(n.ctx(), n.tx, orgs)
	n.fail(err)
	found, err := person.Names(n.ctx(), n.tx, people...)
	n.fail(err)
	for _, who := range people {
		n.people[who] = cmp.Or(found[who], theSystem)
	}
}

// theSystem stands for whom nobody knows, as what an import did.
const theSystem = "the programme’s own system"

func (n *names) area(aid area.ID) area.Area {
	a, known := n.areas[aid]
	if !known && n.firstFail == nil {
		var err error
		a, err = area.ByID(n.ctx(), n.tx, aid)
		n.fail(err)
		n.areas[aid] = a
	}
	return a
}

func (n *names) organisation(oid organisation.ID) organisation.Organisation {
	o, known := n.orgs[oid]
	if !known && n.firstFail == nil {
		var err error
		o, err = organisation.ByID(n.ctx(), n.tx, oid)
		n.fail(err)
		n.orgs[oid] = o
	}
	return o
}

func (n *names) line(aid area.ID, lid plan.LineID) plan.Line {
	of := n.lines[aid]
	if of == nil && n.firstFail == nil {
		of = map[plan.LineID]plan.Line{}
		all, err := plan.EveryLine(n.ctx(), n.tx, aid)
		n.fail(err)
		for _, l := range all {
			of[l.ID] = l
		}
		n.lines[aid] = of
	}
	return of[lid]
}

// person is a name, for those who are signed in. The public reads roles.
func (n *names) person(who access.PersonID) string {
	if !n.signedIn || who == "" {
		return ""
	}
	name, known := n.people[who]
	if !known && n.firstFail == nil {
		found, err := person.Names(n.ctx(), n.tx, who)
		n.fail(err)
		name = cmp.Or(found[who], theSystem)
		n.people[who] = name
	}
	return name
}

// history is what happened to a subject, in words: with names for those who are
// signed in, and with roles for everyone else.
func (n *names) history(a area.Area, subject string) []web.TimelineItem {
	if n.firstFail != nil {
		return nil
	}
	happened, err := audit.About(n.ctx(), n.tx, string(a.ID), subject)
	n.fail(err)
	roles, err := audit.Roles(n.ctx(), n.tx, string(a.ID), subject)
	n.fail(err)
	items := make([]web.TimelineItem, 0, len(happened))
	for _, h := range happened {
		items = append(items, web.TimelineItem{
			Date: on(h.At), Words: happening(h.Act), Detail: n.doer(h.Person, roles[h.Number]), Low: undoes(h.Act),
		})
	}
	return items
}

func (n *names) doer(who string, role access.Role) string {
	title := "by the programme’s own system"
	if role != access.Nobody {
		title = "by " + article(role.Title())
	}
	name := n.person(access.PersonID(who))
	if name == "" || role == access.Nobody {
		return title
	}
	return "by " + name + ", " + role.Title()
}

// article puts "a" or "an" before the title of one person among several.
func article(title string) string {
	switch title {
	case "finance":
		return "somebody in finance at the organisation that holds the money"
	case "approver":
		return "an approver at the organisation that holds the money"
	case "programme finance":
		return title
	}
	if strings.ContainsAny(title[:1], "aeiou") {
		return "an " + title
	}
	return "a " + title
}

var happenings = map[string]string{
	"payment prepared": "Prepared", "payment approved": "Approved", "payment released": "Paid", "payment called off": "Called off",
	"payment reversed": "Reversed", "money handed back": "Some was handed back", "offer made": "Offered", "offer accepted": "Accepted",
	"spend provided": "Recorded", "spend certified": "Certified", "spend sent back": "Sent back", "spend reversed": "Reversed",
	"evidence added": "Evidence was added",
	"spend recoded":  "Told under another theme", "reversal asked for": "Somebody asked to reverse it", "reversal refused": "It is not reversed",
	"offer declined": "Declined", "offer ended": "Ended",
}

func happening(act string) string {
	if words, ok := happenings[act]; ok {
		return words
	}
	return strings.ToUpper(act[:1]) + act[1:]
}

// undoes marks the low points of a story.
func undoes(act string) bool {
	switch act {
	case "payment called off", "payment reversed", "spend sent back", "spend reversed", "offer declined", "offer ended":
		return true
	}
	return false
}

// on is the day of an instant, in words.
func on(at time.Time) string { return date.InLondon(at).Long() }

// typed is an amount as a person would type it: "1,250" or "312.40".
func typed(a money.Amount) string {
	return strings.TrimSuffix(strings.TrimPrefix(a.String(), "£"), ".00")
}

func ordinal(n int64) string { return strconv.FormatInt(n, 10) }

// grouped sets a long number in groups of eight, so that it breaks on a narrow page.
func grouped(digits string) string {
	var parts []string
	for i := 0; i < len(digits); i += 8 {
		parts = append(parts, digits[i:min(i+8, len(digits))])
	}
	return strings.Join(parts, " ")
}
