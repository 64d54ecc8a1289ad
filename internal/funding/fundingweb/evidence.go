package fundingweb

import (
	"errors"
	"net/http"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/web"
)

func (p pages) evidenceRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /areas/{area}/money/spending/{spend}/evidence/new", Policy: web.Hidden(access.SeeMoneyDesk, access.ProvideSpend), Seen: p.seesDesk, Do: p.newEvidence},
		{Pattern: "POST /areas/{area}/money/spending/{spend}/evidence", Policy: web.Hidden(access.SeeMoneyDesk, access.ProvideSpend), Seen: p.seesDesk, Do: p.addEvidence, MostBody: web.MostFiles},
		{Pattern: "GET /areas/{area}/money/spending/{spend}/evidence/{file}", Policy: web.Hidden(access.SeeMoneyDesk, ""), Seen: p.seesDesk, Do: p.evidenceFile},
	}
}

func evidenceHref(a area.Area, sid funding.SpendID) string { return spendHref(a, sid) + "/evidence" }

// mostTogether is how much is read of all files of one form.
const mostTogether = 3 * document.MostSize

// readEvidence reads a form that carries evidence, and looks at the files.
func readEvidence(r *http.Request) (*web.Form, funding.NewEvidence, error) {
	form, err := web.ReadFiles(r, document.MostSize, mostTogether)
	if err != nil {
		return nil, funding.NewEvidence{}, err
	}
	var sent []document.Sent
	for _, f := range form.Files("evidence") {
		sent = append(sent, document.Sent{Name: f.Name, Content: f.Content, Cut: f.Cut})
	}
	var kept []document.Hash
	for _, h := range form.Texts("kept") {
		kept = append(kept, document.Hash(h))
	}
	return form, funding.ExamineEvidence(sent, kept...), nil
}

// evidenceData is the question for files, in any form.
type evidenceData struct {
	Wrong string
	Held  []document.Upload // sent before, with this same form
	Kept  []string          // of these, what is still wanted
}

// holdEvidence keeps the files of a form that has something else wrong with it, so that
// nobody has to look for them again.
func (p pages) holdEvidence(r *http.Request, by access.Actor, a area.Area, lto funding.SpendDraft, form string, n funding.NewEvidence, wrong fault.Invalid) (evidenceData, error) {
	d := evidenceData{Wrong: wrong.For("evidence")}
	var err error
	if d.Held, err = p.funding.HoldEvidence(r.Context(), by, a, lto.Organisation.ID, funding.Form(form), n); err != nil {
		return d, err
	}
	for _, h := range n.Kept {
		d.Kept = append(d.Kept, string(h))
	}
	for _, f := range n.Files {
		d.Kept = append(d.Kept, string(f.Hash))
	}
	return d, nil
}

func (d evidenceData) boxes() web.Checkboxes {
	c := web.Checkboxes{Name: "kept", Label: "Files you sent already", Hint: "They were kept when something else had to be put right. Untick what you do not want to send.", Values: d.Kept}
	for _, u := range d.Held {
		c.Options = append(c.Options, web.Option{Value: string(u.Hash), Text: u.Name + ", " + document.Size(u.Size)})
	}
	return c
}

// addEvidenceData is the page on which evidence is added.
type addEvidenceData struct {
	sheet
	Evidence evidenceData
	About    []web.Fact
}

func (p pages) newEvidence(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showNewEvidence(w, r, by, addEvidenceData{})
}

func (p pages) showNewEvidence(w http.ResponseWriter, r *http.Request, by access.Actor, d addEvidenceData) error {
	a, s, about, err := p.aboutSpend(r, by, funding.Spend.MayAddEvidence)
	if err != nil {
		return err
	}
	d.About, d.Back, d.Action = about, web.Link{Text: "Go back to the spending", Href: spendHref(a, s.ID)}, evidenceHref(a, s.ID)
	d.frame(p, r, by, a, "Add evidence")
	return p.site.Show(w, r, d.status(), addEvidencePage(d))
}

func (p pages) addEvidence(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, s, _, err := p.aboutSpend(r, by, funding.Spend.MayAddEvidence)
	if err != nil {
		return err
	}
	form, n, err := readEvidence(r)
	if err != nil {
		return err
	}
	name := form.Text("form")
	err = p.funding.AddEvidence(r.Context(), by, a, s.ID, funding.Form(name), n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		var d addEvidenceData
		var draft funding.SpendDraft
		draft.Organisation.ID = s.Organisation
		if d.Evidence, err = p.holdEvidence(r, by, a, draft, name, n, wrong); err != nil {
			return err
		}
		d.Wrong, d.Form = wrong, name
		return p.showNewEvidence(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, counted(len(n.Files)+len(n.Kept), "file")+" added to “"+s.Heading+"”.", spendHref(a, s.ID))
}

// evidenceFile sends one file, to who may see it and to be saved only.
func (p pages) evidenceFile(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var filing document.Filing
	err := p.read(r.Context(), func(tx *db.Tx) error {
		a, err := areaOf(r, tx)
		if err != nil {
			return err
		}
		filing, err = funding.EvidenceFileOf(r.Context(), tx, by, a, funding.SpendID(r.PathValue("spend")), document.FilingID(r.PathValue("file")))
		return err
	})
	if err != nil {
		return err
	}
	web.Download(w, filing.Name, string(filing.Type), filing.Size)
	return document.Send(r.Context(), p.funding.DB, filing, w)
}

// evidenceCard is the evidence of a spend, for those who may see it.
type evidenceCard struct {
	Items   []web.Item
	Used    string // a warning, to whoever certifies
	Add     string // where more is added; "" where it may not be
	Certify bool   // the reader is asked to certify
}

func (n *names) evidenceCard(by access.Actor, a area.Area, s funding.Spend, e funding.Evidence) evidenceCard {
	var c evidenceCard
	for _, f := range e.Files {
		item := web.Item{
			Mark: web.Icon("doc"), Text: f.Name, Href: evidenceHref(a, s.ID) + "/" + string(f.ID),
			Detail: document.Size(f.Size) + ", added on " + on(f.At) + " by " + n.person(access.PersonID(f.By)),
		}
		if f.UsedAlready {
			item.Status = web.Tag(web.Act, "Used already")
		}
		c.Items = append(c.Items, item)
	}
	switch used := e.UsedAlready(); {
	case used == 0:
	case used == 1 && len(e.Files) == 1:
		c.Used = "The same file is evidence of other spending already. Ask why before you certify this."
	default:
		c.Used = "Of these files, " + counted(used, "file") + " is evidence of other spending already. Ask why before you certify this."
		if used > 1 {
			c.Used = "Of these files, " + counted(used, "file") + " are evidence of other spending already. Ask why before you certify this."
		}
	}
	if s.MayAddEvidence(by, a) == nil {
		c.Add = evidenceHref(a, s.ID) + "/new"
	}
	c.Certify = s.MayCertify(by, a) == nil
	return c
}

// evidenceWords says in a few words what a certifier has to go by.
func evidenceWords(e funding.Evidence) string {
	switch {
	case e.Count == 0:
		return "No evidence"
	case e.UsedAlready() > 0:
		return counted(e.Count, "file") + " of evidence, used already"
	}
	return counted(e.Count, "file") + " of evidence"
}

// evidence says it of a spend.
func (n *names) evidence(by access.Actor, a area.Area, s funding.Spend) string {
	if n.firstFail != nil {
		return ""
	}
	e, err := funding.EvidenceOf(n.ctx(), n.tx, by, a, s)
	n.fail(err)
	return evidenceWords(e)
}

// evidenceFact is what everyone who sees a spend may know of its evidence.
func evidenceFact(facts []web.Fact, e funding.Evidence) []web.Fact {
	if e.Count == 0 {
		return facts
	}
	words := counted(e.Count, "file") + " of evidence are kept"
	if e.Count == 1 {
		words = "1 file of evidence is kept"
	}
	return slices.Concat(facts, []web.Fact{{Term: "Evidence", Value: words}})
}
