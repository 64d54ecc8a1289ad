package partnershipweb

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

// agreementRoutes are the pages of what a partnership agreed with others: its
// endorsement, the agreements of the three sides, what it is in law, and how it
// looks back at itself.
func (p pages) agreementRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /areas/{area}/agreements", Policy: web.Public(), Do: p.site.Keep(p.agreements)},
		{Pattern: "GET /areas/{area}/agreements.csv", Policy: web.Public(), Do: p.agreementsCSV},
		{Pattern: "GET /areas/{area}/agreements/new", Policy: web.Needs(access.SignAgreement), Do: p.newAgreement},
		{Pattern: "POST /areas/{area}/agreements", Policy: web.Needs(access.SignAgreement), Do: p.writeAgreement},
		// A text is not there for those who may not read it: the handler says so.
		{Pattern: "GET /areas/{area}/agreements/{agreement}", Policy: web.SignedIn(), Do: p.agreement},
		{Pattern: "POST /areas/{area}/agreements/{agreement}/signature", Policy: web.Needs(access.SignAgreement), Do: p.sign},
		{Pattern: "POST /areas/{area}/agreements/{agreement}/reading", Policy: web.Needs(access.SignAgreement), Do: p.noteReading},
		{Pattern: "GET /areas/{area}/endorsement", Policy: web.Public(), Do: p.endorsement},
		{Pattern: "POST /areas/{area}/endorsement", Policy: web.Needs(access.Endorse), Do: p.endorse},
		{Pattern: "GET /areas/{area}/legal-form", Policy: web.Public(), Do: p.legalForm},
		{Pattern: "GET /areas/{area}/legal-form.csv", Policy: web.Public(), Do: p.legalFormCSV},
		{Pattern: "GET /areas/{area}/legal-form/new", Policy: web.Needs(access.KeepMembers), Do: p.newLegalForm},
		{Pattern: "POST /areas/{area}/legal-form", Policy: web.Needs(access.KeepMembers), Do: p.setLegalForm},
		{Pattern: "GET /areas/{area}/reviews", Policy: web.Hidden(access.SeePapers, ""), Do: p.lookBacks},
		{Pattern: "GET /areas/{area}/reviews.csv", Policy: web.Hidden(access.SeePapers, ""), Do: p.lookBacksCSV},
		{Pattern: "GET /areas/{area}/reviews/new", Policy: web.Hidden(access.SeePapers, access.RunMeetings), Seen: p.papersSeen, Do: p.newLookBack},
		{Pattern: "POST /areas/{area}/reviews", Policy: web.Hidden(access.SeePapers, access.RunMeetings), Seen: p.papersSeen, Do: p.keepLookBack},
		{Pattern: "GET /areas/{area}/reviews/{review}", Policy: web.Hidden(access.SeePapers, ""), Do: p.lookBack},
		{Pattern: "GET /areas/{area}/reviews/{review}/edit", Policy: web.Hidden(access.SeePapers, access.RunMeetings), Seen: p.lookBackSeen, Do: p.editLookBack},
		{Pattern: "POST /areas/{area}/reviews/{review}", Policy: web.Hidden(access.SeePapers, access.RunMeetings), Seen: p.lookBackSeen, Do: p.keepLookBack},
		{Pattern: "GET /programmes/{programme}/agreements", Policy: web.Hidden(access.SeePapers, ""), Do: p.turns},
		{Pattern: "GET /programmes/{programme}/agreements.csv", Policy: web.Hidden(access.SeePapers, ""), Do: p.turnsCSV},
	}
}

const agreementsName = "Our agreements"

func agreementsHref(a area.Area) string { return "/areas/" + a.Slug + "/agreements" }

func agreementHref(a area.Area, aid partnership.AgreementID) string {
	return agreementsHref(a) + "/" + string(aid)
}

func endorsementHref(a area.Area) string { return "/areas/" + a.Slug + "/endorsement" }
func legalHref(a area.Area) string       { return "/areas/" + a.Slug + "/legal-form" }
func reviewsHref(a area.Area) string     { return "/areas/" + a.Slug + "/reviews" }

// ties is what every page about agreements is about.
type ties struct {
	partnership.Relations

	today  date.Date
	words  map[string]area.Word
	names  map[organisation.ID]string
	people map[access.PersonID]string // empty for those who may not know them
}

func (t ties) partnership() string { return t.words[area.WordPartnership].Singular }
func (t ties) funder() string      { return t.names[t.Programme.Funder] }

// readTies reads them on one view of the data, and what else a page needs.
func (p pages) readTies(r *http.Request, by access.Actor, f func(tx *db.Tx, t ties) error) error {
	return p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		t := ties{today: p.site.Today(), names: map[organisation.ID]string{}, people: map[access.PersonID]string{}}
		if t.Relations, err = p.partnerships.RelationsOf(r.Context(), tx, a, t.today); err != nil {
			return err
		}
		t.words = t.Programme.Rules.Words
		for _, b := range t.Bonds {
			o, err := organisation.ByID(r.Context(), tx, b.Organisation)
			if err != nil {
				return err
			}
			t.names[b.Organisation] = o.Name
		}
		if by.May(access.SeePapers, a.Place()) {
			if t.people, err = person.Names(r.Context(), tx, t.signers()...); err != nil {
				return err
			}
		}
		return f(tx, t)
	})
}

func (t ties) signers() []access.PersonID {
	who := []access.PersonID{t.Endorsement.By}
	for _, b := range t.Bonds {
		for _, v := range b.Versions {
			for _, s := range v.Signatures {
				who = append(who, s.By)
			}
			for _, s := range v.Readings {
				who = append(who, s.By)
			}
		}
	}
	return who
}

// name is what an agreement is called.
func (t ties) name(k partnership.AgreementKind, o organisation.ID) string {
	switch k {
	case partnership.Memorandum:
		return "The " + t.partnership() + " and " + t.funder()
	case partnership.FunderAndLTO:
		return t.funder() + " and " + t.names[o]
	case partnership.PartnershipAndLTO:
		return "The " + t.partnership() + " and " + t.names[o]
	}
	return ""
}

// does says in a sentence what an agreement is for.
func (t ties) does(b partnership.Bond) string {
	switch b.Kind {
	case partnership.Memorandum:
		return "The memorandum: how people here and the funder work together."
	case partnership.FunderAndLTO:
		return "How " + t.names[b.Organisation] + " looks after the money, and accounts for it to the funder."
	case partnership.PartnershipAndLTO:
		words := "What " + t.names[b.Organisation] + " does for us."
		if b.Holder.Functions != "" {
			words += " " + strings.TrimSuffix(b.Holder.Functions, ".") + "."
		}
		return words
	}
	return ""
}

// signerWords are a side’s signer, as what they are: “the chair”.
func (t ties) signerWords(s partnership.Side, o organisation.ID) string {
	switch s {
	case partnership.ForPartnership:
		return "the chair"
	case partnership.ForFunder:
		return "a programme officer of " + t.funder()
	case partnership.ForLTO:
		return "an approver of " + t.names[o]
	}
	return ""
}

// signature says who signed, and when: by name only to those who may know.
func (t ties) signature(x partnership.Signature, o organisation.ID) string {
	who := t.signerWords(x.Side, o)
	if name := t.people[x.By]; name != "" {
		who = name + ", " + who
	}
	return who + ", on " + x.On.Long()
}

// nextWords say who signs next: “the chair”, “the chair and an approver of …”.
func (t ties) nextWords(a partnership.Agreement) string {
	var all []string
	for _, s := range a.Next() {
		all = append(all, t.signerWords(s, a.Organisation))
	}
	return strings.Join(all, " and ")
}

// tiesShell is the frame of a page about agreements.
func (p pages) tiesShell(r *http.Request, by access.Actor, t ties, title string) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: t.Area.Name, Href: "/areas/" + t.Area.Slug}, p.site.AreaRooms, "")
	s.Crumbs = []web.Link{{Text: t.Area.Name, Href: "/areas/" + t.Area.Slug}, {Text: title}}
	return s
}

// tabs lead from one page about agreements to the others.
func (t ties) tabs(by access.Actor, current string) []web.NavItem {
	all := []web.NavItem{
		{Text: "Agreements", Href: agreementsHref(t.Area)},
		{Text: "Endorsement", Href: endorsementHref(t.Area)},
		{Text: "What we are in law", Href: legalHref(t.Area)},
	}
	if by.May(access.SeePapers, t.Area.Place()) {
		all = append(all, web.NavItem{Text: "Looking back", Href: reviewsHref(t.Area)})
	}
	for i := range all {
		all[i].Current = all[i].Text == current
	}
	return all
}

// agreementsData is the page of all agreements of an area.
type agreementsData struct {
	web.Shell
	Tabs  []web.NavItem
	Lead  string
	Steps []web.Step
	Ties  []tie
	CSV   string
}

// tie is one agreement on that page.
type tie struct {
	ID, Name, Does string
	Kind           web.Kind
	Standing       string
	Facts          []web.Fact
	Read           web.Link // the version in force, for those who may
	Waits          web.Link // the one that is to be signed
	Write          web.Link
}

func (p pages) agreements(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d agreementsData
	err := p.readTies(r, by, func(_ *db.Tx, t ties) error {
		d = agreementsData{
			Shell: p.tiesShell(r, by, t, agreementsName), Tabs: t.tabs(by, "Agreements"), CSV: agreementsHref(t.Area) + ".csv",
			Lead:  "Three sides make " + t.Area.Name + " work: the people here, the funder, and whoever holds our money. Here is what each two of them agreed.",
			Steps: t.steps(),
		}
		for i, b := range t.Bonds {
			d.Ties = append(d.Ties, t.tie(by, b, i))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, agreementsPage(d))
}

// steps are how far the partnership has come with the programme.
func (t ties) steps() []web.Step {
	m := t.Memorandum()
	steps := []web.Step{{Words: "Endorsed"}, {Words: "Signed by the chair"}, {Words: "Countersigned by the funder"}}
	if t.Endorsed() {
		steps[0].Done, steps[0].When = true, t.Endorsement.On.Long()
	}
	for i, s := range partnership.Memorandum.Sides() {
		for _, v := range slices.Backward(m.Versions) { // the first that was signed
			if x, ok := v.SignedFor(s); ok {
				steps[i+1].Done, steps[i+1].When = true, x.On.Long()
				break
			}
		}
	}
	for i := range steps {
		if !steps[i].Done {
			steps[i].Now = true
			break
		}
	}
	return steps
}

// withOf names an agreement in the address of the form on which it is written.
func withOf(k partnership.AgreementKind) string { return strings.ReplaceAll(string(k), " ", "-") }

func (t ties) tie(by access.Actor, b partnership.Bond, i int) tie {
	x := tie{ID: "agreement-" + strconv.Itoa(i+1), Name: t.name(b.Kind, b.Organisation), Does: t.does(b)}
	if b.Kind != partnership.Memorandum {
		held := "Since " + b.Holder.From.Long()
		if !b.Holder.Until.IsZero() {
			held = "From " + b.Holder.From.Long() + " to " + b.Holder.Until.AddDays(-1).Long()
		}
		x.Facts = append(x.Facts, web.Fact{Term: "Holds our money", Value: held})
	}
	version := b.InForce
	switch {
	case b.Ended(t.today):
		x.Kind, x.Standing = web.Quiet, "Ended"
	case b.InForce.ID != "":
		x.Kind, x.Standing = web.Good, "In force"
	case b.Waits.ID != "":
		x.Kind, x.Standing, version = web.Watch, "To be signed", b.Waits
	default:
		x.Kind, x.Standing = web.Plain, "Not written yet"
	}
	if b.InForce.ID != "" {
		x.Facts = append(x.Facts, web.Fact{Term: "In force since", Value: b.InForce.SignedOn().Long() + ", version " + strconv.FormatInt(b.InForce.Version, 10)})
	}
	for _, side := range b.Kind.Sides() {
		if s, ok := version.SignedFor(side); ok {
			x.Facts = append(x.Facts, web.Fact{Term: "Signed by", Value: t.signature(s, b.Organisation)})
		}
	}
	if !version.ReviewOn.IsZero() {
		x.Facts = append(x.Facts, web.Fact{Term: "Looked at again by", Value: version.ReviewOn.Long()})
	}
	x.next(t, by, b)
	return x
}

// next says who does what next, and offers it to those who may.
func (x *tie) next(t ties, by access.Actor, b partnership.Bond) {
	what := "version of what " + strings.ToLower(x.Name[:1]) + x.Name[1:] + " agreed"
	if b.InForce.ID != "" && b.InForce.MaySee(by, t.Area) {
		x.Read = web.Link{Text: "Read version " + strconv.FormatInt(b.InForce.Version, 10), Href: agreementHref(t.Area, b.InForce.ID)}
	}
	if b.Ended(t.today) {
		return
	}
	someone := partnership.Agreement{Kind: b.Kind, Organisation: b.Organisation}
	_, mayNot := someone.MaySignFor(by, t.Area)
	switch {
	case b.Waits.ID != "":
		words := "Version " + strconv.FormatInt(b.Waits.Version, 10) + " waits for " + t.nextWords(b.Waits)
		if b.Kind == partnership.Memorandum && !t.Endorsed() {
			words = "The programme endorses the " + t.partnership() + " first. Then the chair signs"
		}
		x.Facts = append(x.Facts, web.Fact{Term: "Next", Value: words})
		if b.Waits.MaySee(by, t.Area) {
			x.Waits = web.Link{Text: "Read version " + strconv.FormatInt(b.Waits.Version, 10), Href: agreementHref(t.Area, b.Waits.ID)}
		}
	case len(b.Versions) == 0:
		x.Facts = append(x.Facts, web.Fact{Term: "Next", Value: "Either side writes the first text"})
	}
	if mayNot == nil {
		x.Write = web.Link{Text: "Write another " + what, Href: agreementsHref(t.Area) + "/new?with=" + withOf(b.Kind)}
		if len(b.Versions) == 0 {
			x.Write.Text = "Write the first " + what
		}
		if b.Kind != partnership.Memorandum {
			x.Write.Href += "&organisation=" + string(b.Organisation)
		}
	}
}

func (p pages) agreementsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var a area.Area
	err := p.readTies(r, by, func(_ *db.Tx, t ties) error {
		a = t.Area
		for _, b := range t.Bonds {
			for _, v := range b.Versions {
				row := []string{string(b.Kind), t.name(b.Kind, b.Organisation), strconv.FormatInt(v.Version, 10), date.InLondon(v.WrittenAt).String(), v.ReviewOn.String(), v.SignedOn().String()}
				for _, s := range []partnership.Side{partnership.ForPartnership, partnership.ForFunder, partnership.ForLTO} {
					x, _ := v.SignedFor(s)
					row = append(row, x.On.String())
				}
				next := ""
				if !v.Signed() && v.ID == b.Waits.ID && !b.Ended(t.today) {
					next = t.nextWords(v)
				}
				rows = append(rows, append(row, next))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-agreements", []string{
		"kind", "between", "version", "written_on", "review_on", "in_force_from", "signed_by_chair_on", "signed_by_funder_on", "signed_by_lto_on", "waits_for",
	}, rows)
}

// agreementData is the page of one version.
type agreementData struct {
	web.Shell
	Heading, Lead string
	Note          string
	Blocks        []block
	Signed        []web.Fact
	Facts         []web.Fact
	Versions      web.Table
	Sign, SignAs  string // the address and words of the button, for who may sign now
	WhyNot        string // for who signs for a side, and not now
	Reading       string // for a chair who has not read what another signed
	Digest, Form  string
	Wrong         fault.Invalid
	Ticked        []string
	CSV           string // of every version of every agreement
}

// block is a part of a text: a heading, if it has one, and what it says.
type block struct {
	Heading string
	Says    []string
	Words   []string
}

// blocksOf reads a text as people write it: parts have an empty line between them,
// and lines with a hyphen are a list.
func blocksOf(text string) []block {
	var all []block
	for part := range strings.SplitSeq(text, "\n\n") {
		var b block
		for line := range strings.SplitSeq(strings.TrimSpace(part), "\n") {
			if said, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok {
				b.Says = append(b.Says, said)
			} else if line = strings.TrimSpace(line); line != "" {
				b.Words = append(b.Words, line)
			}
		}
		if len(b.Says) > 0 && len(b.Words) == 1 {
			b.Heading, b.Words = b.Words[0], nil
		}
		if len(b.Says)+len(b.Words) > 0 {
			all = append(all, b)
		}
	}
	return all
}

// theAgreement is the version that a request names, where the actor may read it.
func theAgreement(r *http.Request, tx *db.Tx, by access.Actor, a area.Area) (partnership.Agreement, error) {
	one, err := partnership.AgreementOf(r.Context(), tx, a.ID, partnership.AgreementID(r.PathValue("agreement")))
	if err == nil && !one.MaySee(by, a) {
		err = fault.NotFound
	}
	return one, err
}

func (p pages) agreement(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showAgreement(w, r, by, agreementData{})
}

func (p pages) showAgreement(w http.ResponseWriter, r *http.Request, by access.Actor, d agreementData) error {
	err := p.readTies(r, by, func(tx *db.Tx, t ties) error {
		one, err := theAgreement(r, tx, by, t.Area)
		if err != nil {
			return err
		}
		d.fill(t, by, one)
		d.Shell = p.tiesShell(r, by, t, "Version "+strconv.FormatInt(one.Version, 10)+" of what "+strings.ToLower(d.Heading[:1])+d.Heading[1:]+" agreed")
		d.Crumbs = []web.Link{{Text: t.Area.Name, Href: "/areas/" + t.Area.Slug}, {Text: agreementsName, Href: agreementsHref(t.Area)}, {Text: "Version " + strconv.FormatInt(one.Version, 10)}}
		return nil
	})
	if err != nil {
		return err
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, agreementPage(d))
}

func (d *agreementData) fill(t ties, by access.Actor, one partnership.Agreement) {
	var bond partnership.Bond
	for _, b := range t.Bonds {
		if b.Kind == one.Kind && b.Organisation == one.Organisation {
			bond = b
		}
	}
	latest := len(bond.Versions) > 0 && bond.Versions[0].ID == one.ID
	d.Heading, d.Blocks, d.Digest = t.name(one.Kind, one.Organisation), blocksOf(one.Text), one.Digest()
	d.Lead = t.does(bond)
	for _, s := range one.Kind.Sides() {
		term := "For " + s.Words()
		if x, ok := one.SignedFor(s); ok {
			d.Signed = append(d.Signed, web.Fact{Term: term, Value: capitalised(t.signature(x, one.Organisation))})
		} else {
			d.Signed = append(d.Signed, web.Fact{Term: term, Value: "Not signed yet"})
		}
	}
	for _, x := range one.Readings {
		who := t.people[x.By]
		if who == "" {
			who = "A later chair"
		}
		d.Signed = append(d.Signed, web.Fact{Term: "Read again by", Value: who + ", on " + date.InLondon(x.At).Long()})
	}
	d.Facts = []web.Fact{{Term: "Written", Value: date.InLondon(one.WrittenAt).Long()}}
	if one.Why != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "Why there is a new version", Value: one.Why})
	}
	if !one.ReviewOn.IsZero() {
		d.Facts = append(d.Facts, web.Fact{Term: "Looked at again by", Value: one.ReviewOn.Long()})
	}
	switch {
	case bond.Ended(t.today):
		d.Note = t.names[one.Organisation] + " does not hold our money any more. This is how it was."
	case !latest && one.Signed() && bond.InForce.ID == one.ID:
		d.Note = "A later version waits to be signed. Until both sides have, this one holds."
	case !latest && one.Signed():
		d.Note = "A later version took this one’s place."
	case !latest:
		d.Note = "This was never signed by both sides. A later version took its place."
	}
	d.fillSteps(t, by, one, latest && !bond.Ended(t.today))
	d.Versions, d.CSV = t.versions(by, bond, one), agreementsHref(t.Area)+".csv"
}

// fillSteps offers the step that is this person’s.
func (d *agreementData) fillSteps(t ties, by access.Actor, one partnership.Agreement, latest bool) {
	side, err := one.MaySignFor(by, t.Area)
	if err != nil {
		return
	}
	_, signed := one.SignedFor(side)
	switch err := one.MaySign(by, t.Area, t.Endorsed(), latest); {
	case err == nil:
		d.Sign, d.SignAs = agreementHref(t.Area, one.ID)+"/signature", "Sign for "+side.Words()
	case latest && !signed:
		d.WhyNot = fault.Public(err)
	}
	if side == partnership.ForPartnership && one.Signed() && latest && !one.ReadBy(by.Person) {
		d.Reading = agreementHref(t.Area, one.ID) + "/reading"
	}
}

// versions lists the other versions of an agreement.
func (t ties) versions(by access.Actor, b partnership.Bond, shown partnership.Agreement) web.Table {
	table := web.Table{Caption: "Every version", CaptionHidden: true, Columns: []web.Column{{Text: "Version"}, {Text: "Written"}, {Text: "Signed by both"}}}
	if len(b.Versions) < 2 {
		return table
	}
	for _, v := range b.Versions {
		cell := web.Cell{Text: "Version " + strconv.FormatInt(v.Version, 10), RowHeader: true}
		if v.ID == shown.ID {
			cell.Small = "This one"
		} else if v.MaySee(by, t.Area) {
			cell.Href = agreementHref(t.Area, v.ID)
		}
		signed := "No"
		if v.Signed() {
			signed = v.SignedOn().Long()
		}
		table.Rows = append(table.Rows, web.Row{Cells: []web.Cell{cell, {Text: date.InLondon(v.WrittenAt).Long()}, {Text: signed}}})
	}
	return table
}

func capitalised(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (p pages) sign(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.areaOf(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	aid := partnership.AgreementID(r.PathValue("agreement"))
	n := partnership.NewSignature{Form: form.Text("form"), Digest: form.Text("digest"), Read: form.Text("read") == "yes"}
	err = p.partnerships.Sign(r.Context(), by, a, aid, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showAgreement(w, r, by, agreementData{Wrong: form.Over(wrong), Form: n.Form})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "You have signed. The other side is told on its own page, or has signed already.", agreementHref(a, aid))
}

func (p pages) noteReading(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.areaOf(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	aid := partnership.AgreementID(r.PathValue("agreement"))
	if err := p.partnerships.NoteReading(r.Context(), by, a, aid, form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "It is noted that you have read this.", agreementHref(a, aid))
}

// areaOf is the area that a request names, for a handler that reads nothing else.
func (p pages) areaOf(r *http.Request) (a area.Area, err error) {
	err = p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		a, err = area.BySlug(r.Context(), tx, r.PathValue("area"))
		return err
	})
	return a, err
}

// draftData is the form on which a version is written.
type draftData struct {
	web.Shell
	Heading, Lead      string
	Wrong              fault.Invalid
	Form, Action, Back string
	With, Organisation string
	Text, Why          string
	ReviewOn           [3]string
	Version            int64
}

func (p pages) newAgreement(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	asked := r.URL.Query()
	return p.showDraft(w, r, by, draftData{With: asked.Get("with"), Organisation: asked.Get("organisation")}, true)
}

// bondToWrite is the agreement that a form is about: the one that it names, or
// where it names none the first that this person may write.
func (t ties) bondToWrite(by access.Actor, with, o string) (partnership.Bond, error) {
	refused := fault.NotFound
	for _, b := range t.Bonds {
		if with != "" && (withOf(b.Kind) != with || (b.Kind != partnership.Memorandum && string(b.Organisation) != o)) {
			continue
		}
		_, err := partnership.Agreement{Kind: b.Kind, Organisation: b.Organisation}.MaySignFor(by, t.Area)
		if err == nil && !b.Ended(t.today) {
			return b, nil
		}
		if err != nil {
			refused = err
		}
	}
	return partnership.Bond{}, refused
}

func (p pages) showDraft(w http.ResponseWriter, r *http.Request, by access.Actor, d draftData, first bool) error {
	err := p.readTies(r, by, func(_ *db.Tx, t ties) error {
		b, err := t.bondToWrite(by, d.With, d.Organisation)
		if err != nil {
			return err
		}
		d.With, d.Organisation, d.Version = withOf(b.Kind), string(b.Organisation), int64(len(b.Versions))+1
		d.Heading = t.name(b.Kind, b.Organisation)
		d.Action, d.Back = agreementsHref(t.Area), agreementsHref(t.Area)
		d.Lead = "Change this text until it says what you mean. Then both sides read it and sign. A text that was kept is never changed: another text is another version."
		if first {
			d.Text = partnership.FirstText(b.Kind, partnership.Parties{
				Area: t.Area.Name, Programme: t.Programme.Name, Funder: t.funder(), LTO: t.names[b.Organisation], Functions: b.Holder.Functions,
			}, t.Programme.Rules)
			if len(b.Versions) > 0 {
				d.Text = b.Versions[0].Text
			}
		}
		title := "Write version " + strconv.FormatInt(d.Version, 10)
		d.Shell = p.tiesShell(r, by, t, title)
		d.Crumbs = []web.Link{{Text: t.Area.Name, Href: "/areas/" + t.Area.Slug}, {Text: agreementsName, Href: agreementsHref(t.Area)}, {Text: title}}
		return nil
	})
	if err != nil {
		return err
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	d.NoIndex = true
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, draftPage(d))
}

func kindOf(with string) partnership.AgreementKind {
	for _, k := range partnership.AgreementKinds() {
		if withOf(k) == with {
			return k
		}
	}
	return ""
}

func (p pages) writeAgreement(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.areaOf(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d := draftData{With: form.Text("with"), Organisation: form.Text("organisation"), Text: form.Text("text"), Why: form.Text("why"), ReviewOn: form.DateParts("review_on"), Form: form.Text("form")}
	n := partnership.NewAgreement{
		Form: d.Form, Kind: kindOf(d.With), Organisation: organisation.ID(d.Organisation), Text: d.Text, ReviewOn: form.Date("review_on"), Why: d.Why,
	}
	if unreadable := form.Over(nil); len(unreadable) > 0 {
		err = unreadable // a day that cannot be read is not the same as none
	} else {
		var aid partnership.AgreementID
		if aid, err = p.partnerships.WriteAgreement(r.Context(), by, a, n); err == nil {
			return p.site.Done(w, r, "The text is kept. Now both sides sign it.", agreementHref(a, aid))
		}
	}
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = form.Over(wrong)
		return p.showDraft(w, r, by, d, false)
	}
	return err
}
