package planweb

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

const consultationsName = "What people told us"

// consultationsData lists what people were asked.
type consultationsData struct {
	Shell web.Shell
	Lead  string
	Table web.Table
	CSV   string
	New   string // for those who may
	Empty web.Empty
}

func (p pages) consultations(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d consultationsData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		all, err := plan.ConsultationsFor(r.Context(), tx, by, s.area)
		if err != nil {
			return err
		}
		d = consultationsData{
			Shell: p.shell(r, by, s.area, consultationsName, web.Link{Text: consultationsName}), CSV: consultationsHref(s.area) + ".csv",
			Lead:  "What we asked people in " + s.area.Name + ", what could be done and what not, and what we heard.",
			Table: s.consultationTable(all),
			Empty: web.Empty{Heading: "Nothing here yet", Words: "When people were asked, and told what came of it, it will be here.", Example: "“152 homes: 94 put young people first.”"},
		}
		if s.mayWrite {
			d.New = consultationsHref(s.area) + "/new"
			d.Empty.Action = web.Link{Text: "Record what people are asked", Href: d.New}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, consultationsPage(d))
}

func (s scene) consultationTable(all []plan.Consultation) web.Table {
	t := web.Table{
		Caption: "What people were asked, newest first", CaptionHidden: true,
		Columns: []web.Column{{Text: "What"}, {Text: "When"}, {Text: "Asked", Numeric: true}, {Text: "Answered", Numeric: true}, {Text: "Told what came of it"}},
	}
	for _, c := range all {
		asked, answered := c.Turnout()
		told := web.Cell{Component: web.Tag(web.Watch, "Not yet")}
		if c.IsFedBack() {
			told = web.Cell{Text: c.FedBack.On.Long()}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: c.Title, Href: consultationHref(s.area, c.Number), RowHeader: true},
			{Text: span(c.From, c.Until)},
			{Text: number(asked)},
			{Text: number(answered)},
			told,
		}})
	}
	return t
}

// span is for people: "3 to 28 March 2026" is told as both days in full.
func span(from, until date.Date) string {
	switch {
	case from.IsZero():
		return until.Long()
	case until.IsZero() || until == from:
		return from.Long()
	}
	return from.Long() + " to " + until.Long()
}

func (p pages) consultationsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		all, err := plan.ConsultationsFor(r.Context(), tx, by, s.area)
		for _, c := range all {
			asked, answered := c.Turnout()
			rows = append(rows, []string{
				ordinal(c.Number), c.Title, c.Question, c.Whom, c.From.String(), c.Until.String(), strconv.Itoa(asked), strconv.Itoa(answered), c.FedBack.On.String(), c.FedBack.How,
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-consultations", []string{"number", "what", "question", "asked of", "from", "until", "asked", "answered", "fed back on", "fed back how"}, rows)
}

// consultationData is one consultation.
type consultationData struct {
	Shell     web.Shell
	Wrong     fault.Invalid
	C         plan.Consultation
	Lead      string
	Question  []string
	Figures   []web.Figure
	Can, Not  []plan.Option
	Channels  web.Table
	Heard     web.Table
	Summary   []string
	Voices    web.Table
	FedBack   string
	CSV       string
	Used      []web.Item // the priorities that it is evidence for
	Sections  []web.Item // for those who write it
	Feedback  string     // where it is fed back
	Form      string
	On        [3]string
	How       string
	MayRecord bool
}

func (p pages) consultation(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showConsultation(w, r, by, consultationData{})
}

// consultationOf is the consultation that a request names, where the reader may
// read it.
func (s scene) consultationOf(r *http.Request, tx *db.Tx, by access.Actor) (plan.Consultation, error) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return plan.Consultation{}, fault.NotFound
	}
	c, err := plan.ConsultationOf(r.Context(), tx, s.area.ID, n)
	if err == nil && !c.MayBeSeenBy(by, s.area) {
		err = fault.NotFound
	}
	return c, err
}

func (p pages) showConsultation(w http.ResponseWriter, r *http.Request, by access.Actor, filled consultationData) error {
	d := filled
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		c, err := s.consultationOf(r, tx, by)
		if err != nil {
			return err
		}
		asked, answered := c.Turnout()
		at := consultationHref(s.area, c.Number)
		d.C, d.Question, d.Summary, d.CSV = c, paragraphs(c.Question), paragraphs(c.Summary), at+"/answers.csv"
		d.Shell = p.shell(r, by, s.area, c.Title, crumbsTo(web.Link{Text: consultationsName, Href: consultationsHref(s.area)}, c.Title)...)
		d.Lead = leadOf(c)
		d.Figures = turnoutFigures(asked, answered, len(c.Channels))
		for _, o := range c.Options {
			if o.Possible {
				d.Can = append(d.Can, o)
			} else {
				d.Not = append(d.Not, o)
			}
		}
		d.Channels, d.Heard, d.Voices = channelTable(c), heardTable(c), voiceTable(c)
		if c.IsFedBack() {
			d.FedBack = "Those who were asked were told on " + c.FedBack.On.Long() + ". " + c.FedBack.How
		}
		for _, pr := range s.current.Priorities {
			for _, e := range pr.Evidence {
				if e.Consultation == c.Number {
					d.Used = append(d.Used, web.Item{Text: pr.Name, Href: planHref(s.area) + "#" + "why-" + string(pr.ID), Detail: e.Words})
				}
			}
		}
		d.MayRecord = s.mayWrite && !c.IsFedBack()
		if d.MayRecord {
			d.Sections, d.Feedback = sectionsOf(c, at), at+"/feedback"
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	d.Shell.NoIndex = !d.C.IsFedBack()
	return p.site.Show(w, r, status, consultationPage(d))
}

func leadOf(c plan.Consultation) string {
	words := "What we asked, and what we heard."
	if when := span(c.From, c.Until); when != "" {
		words = "Asked from " + when + "."
		if c.Until.IsZero() || c.Until == c.From {
			words = "Asked on " + when + "."
		}
	}
	if c.Whom != "" {
		words += " " + c.Whom
	}
	return words
}

func turnoutFigures(asked, answered, channels int) []web.Figure {
	if channels == 0 {
		return nil
	}
	figures := []web.Figure{{Number: strconv.Itoa(answered), Label: "answered"}}
	if asked > 0 {
		figures = append([]web.Figure{{Number: strconv.Itoa(asked), Label: "were asked"}}, figures...)
	}
	return append(figures, web.Figure{Number: strconv.Itoa(channels), Label: waysWord(channels)})
}

func waysWord(n int) string {
	if n == 1 {
		return "way of asking"
	}
	return "ways of asking"
}

func sectionsOf(c plan.Consultation, at string) []web.Item {
	item := func(done bool, text, section, some string) web.Item {
		if !done {
			some = "Nothing written yet"
		}
		return web.Item{Mark: mark(done), Text: text, Href: at + "/write/" + section, Detail: some}
	}
	return []web.Item{
		item(c.Question != "", "What we asked, and of whom", "asking", c.Title),
		item(len(c.Options) > 0, "What could be done, and what not", "options", counted(len(c.Options), "option")),
		item(len(c.Channels) > 0, "How we asked, and how many answered", "channels", strconv.Itoa(len(c.Channels))+" "+waysWord(len(c.Channels))),
		item(c.Summary != "" || len(c.Heard) > 0, "What we heard", "heard", counted(len(c.Heard), "thing")+" that people said"),
		item(len(c.Voices) > 0, "Whose voice is missing", "voices", counted(len(c.Voices), "voice")+" not heard yet"),
	}
}

func channelTable(c plan.Consultation) web.Table {
	t := web.Table{
		Caption: "How people were asked, and how many answered", CaptionHidden: true,
		Columns: []web.Column{{Text: "How"}, {Text: "Asked", Numeric: true}, {Text: "Answered", Numeric: true}, {Text: "Of a hundred asked", Numeric: true}},
	}
	for _, ch := range c.Channels {
		rate := ""
		if ch.Asked > 0 {
			rate = strconv.Itoa((ch.Answered*100+ch.Asked/2)/ch.Asked) + " answered"
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: ch.Kind.Words(), Small: ch.Words, RowHeader: true}, {Text: orUnknown(ch.Asked)}, {Text: strconv.Itoa(ch.Answered)}, {Text: rate},
		}})
	}
	if asked, answered := c.Turnout(); len(t.Rows) > 1 {
		t.Foot = []web.Cell{{Text: "All together", RowHeader: true}, {Text: orUnknown(asked)}, {Text: strconv.Itoa(answered)}, {Skip: true}}
	}
	return t
}

func orUnknown(n int) string {
	if n == 0 {
		return "not known"
	}
	return strconv.Itoa(n)
}

func heardTable(c plan.Consultation) web.Table {
	t := web.Table{
		Caption: "What people said, and how many said it", CaptionHidden: true, Class: "tbl--bars",
		Columns: []web.Column{{Text: "What people said"}, {Text: "Picture", Hidden: true, Bar: true}, {Text: "How many", Numeric: true}},
	}
	most := 1
	for _, h := range c.Heard {
		most = max(most, h.Count)
	}
	for _, h := range c.Heard {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: h.Words, RowHeader: true}, {Component: chart.Bar(int64(h.Count), int64(most))}, {Text: number(h.Count), Strong: true},
		}})
	}
	return t
}

func voiceTable(c plan.Consultation) web.Table {
	t := web.Table{
		Caption: "Voices that were not heard yet, and what is done about it", CaptionHidden: true, Class: "tbl--words",
		Columns: []web.Column{{Text: "Not heard yet"}, {Text: "What we do about it"}},
	}
	for _, v := range c.Voices {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: v.Who, RowHeader: true}, {Text: v.What}}})
	}
	return t
}

func (p pages) consultationCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var name string
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		c, err := s.consultationOf(r, tx, by)
		name = s.area.Slug + "-consultation-" + ordinal(c.Number)
		for _, o := range c.Options {
			can := "possible"
			if !o.Possible {
				can = "not possible"
			}
			rows = append(rows, []string{"option", o.Words, can, o.Why, "", ""})
		}
		for _, ch := range c.Channels {
			rows = append(rows, []string{"way of asking", ch.Kind.Words(), ch.Words, "", number(ch.Asked), strconv.Itoa(ch.Answered)})
		}
		for _, h := range c.Heard {
			rows = append(rows, []string{"heard", h.Words, "", "", "", strconv.Itoa(h.Count)})
		}
		for _, v := range c.Voices {
			rows = append(rows, []string{"not heard yet", v.Who, v.What, "", "", ""})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"part", "words", "more", "why", "asked", "answered"}, rows)
}

func (p pages) newConsultation(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showNewConsultation(w, r, by, nil, nil)
}

func askingFields(form *web.Form, c plan.Consultation, wrong fault.Invalid) []templ.Component {
	title, question, whom, from, until := c.Title, c.Question, c.Whom, dayParts(c.From), dayParts(c.Until)
	if form != nil {
		title, question, whom = form.Text("title"), form.Text("question"), form.Text("whom")
		from, until = form.DateParts("from"), form.DateParts("until")
	}
	return []templ.Component{
		web.TextField{Name: "title", Label: "What is it called?", Hint: "Such as “Doorstep survey, spring 2026”", Value: title, Error: wrong.For("title")},
		web.TextArea{Name: "question", Label: "What do we ask?", Hint: "In the words that people hear or read.", Value: question, Error: wrong.For("question"), Rows: 4, Max: 5000},
		web.TextArea{Name: "whom", Label: "Whom do we ask?", Hint: "Such as “Every home between Elm Street and the canal”. Name no one.", Value: whom, Error: wrong.For("whom"), Rows: 2},
		dateField("from", "First day", "Optional. For example, 27 3 2026", from, wrong),
		dateField("until", "Last day", "Optional", until, wrong),
	}
}

func readAsking(form *web.Form) plan.AskingSection {
	return plan.AskingSection{Asking: plan.Asking{
		Title: form.Text("title"), Question: strings.ReplaceAll(form.Text("question"), "\r\n", "\n"), Whom: form.Text("whom"), From: form.Date("from"), Until: form.Date("until"),
	}}
}

func (p pages) showNewConsultation(w http.ResponseWriter, r *http.Request, by access.Actor, form *web.Form, wrong fault.Invalid) error {
	var d section
	err := p.in(r, by, func(_ *db.Tx, s scene) error {
		if err := by.Must(access.WritePlan, s.area.Place()); err != nil {
			return err
		}
		const title = "Record what people are asked"
		d = section{
			Shell: p.shell(r, by, s.area, title, crumbsTo(web.Link{Text: consultationsName, Href: consultationsHref(s.area)}, title)...), Wrong: wrong, Title: title,
			Lead:   "Begin with what you ask. The rest can be added as you go. It is public once people are told what came of it.",
			Action: consultationsHref(s.area), Save: "Save", Back: web.Link{Text: "Go back without saving", Href: consultationsHref(s.area)}, Fields: askingFields(form, plan.Consultation{}, wrong),
		}
		if form != nil {
			d.Form = form.Text("form")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.showSection(w, r, d)
}

func (p pages) beginConsultation(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	asking := readAsking(form)
	err = form.Over(nil).OrNil()
	var n int64
	if err == nil {
		n, err = p.plans.BeginConsultation(r.Context(), by, a, plan.NewConsultation{Form: form.Text("form"), Sections: []plan.Section{asking}})
	}
	if err != nil {
		wrong, err := refused(form, err, nil)
		if err != nil {
			return err
		}
		return p.showNewConsultation(w, r, by, form, wrong)
	}
	return p.site.Done(w, r, "Saved. Add what could be done and what not, and how you ask.", consultationHref(a, n))
}

// A writing is how a section of a consultation is shown and read.
type writing struct {
	title, lead string
	rows        bool
	show        func(c plan.Consultation, t *typed, form *web.Form, wrong fault.Invalid) (fields []templ.Component, rows []sectionRow)
	read        func(form *web.Form) (plan.Section, typed)
	empty       plan.Section
}

var writings = map[string]writing{
	"asking":   {title: "What we asked", lead: "In the words that people heard or read.", show: showAsking, read: func(f *web.Form) (plan.Section, typed) { return readAsking(f), typed{form: f} }, empty: plan.AskingSection{}},
	"options":  {title: "What could be done, and what not", lead: "People are asked about what can really happen. What cannot is said plainly, with the reason.", rows: true, show: showOptions, read: readOptions, empty: plan.OptionsSection{}},
	"channels": {title: "How we asked", lead: "Each way of asking, how many were asked, and how many answered.", rows: true, show: showChannels, read: readChannels, empty: plan.ChannelsSection{}},
	"heard":    {title: "What we heard", lead: "Summed up by hand: what people said, and how many said it.", rows: true, show: showHeard, read: readHeard, empty: plan.HearingSection{}},
	"voices":   {title: "Whose voice is missing", lead: "Who has not been heard yet, and what we do about it.", rows: true, show: showVoices, read: readVoices, empty: plan.VoicesSection{}},
}

func showAsking(c plan.Consultation, _ *typed, form *web.Form, wrong fault.Invalid) ([]templ.Component, []sectionRow) {
	return askingFields(form, c, wrong), nil
}

func showOptions(c plan.Consultation, t *typed, _ *web.Form, wrong fault.Invalid) ([]templ.Component, []sectionRow) {
	var rows []sectionRow
	for i := 1; i <= asked(t, len(c.Options)); i++ {
		words, can, why := "", "yes", ""
		if t != nil {
			words, can, why = t.text("words", i), t.text("can", i), t.text("why", i)
		} else if i <= len(c.Options) {
			o := c.Options[i-1]
			words, why = o.Words, o.Why
			if !o.Possible {
				can = "no"
			}
		}
		at := "-" + strconv.Itoa(i)
		rows = append(rows, sectionRow{Number: i, Legend: "Option " + strconv.Itoa(i), Fields: []templ.Component{
			web.TextField{Name: "words" + at, Label: "What could be done?", Value: words, Error: wrong.For("words" + at)},
			web.Radios{Name: "can" + at, Label: "Is it possible?", Value: can, Inline: true, Options: []web.Option{{Value: "yes", Text: "Possible"}, {Value: "no", Text: "Not possible"}}},
			web.TextField{Name: "why" + at, Label: "Why?", Hint: "Needed where it is not possible", Value: why, Error: wrong.For("why" + at)},
		}})
	}
	return nil, rows
}

func readOptions(form *web.Form) (plan.Section, typed) {
	t := readRows(form, "words", "why")
	var s plan.OptionsSection
	for _, i := range t.at {
		s.Options = append(s.Options, plan.Option{Words: t.text("words", i), Possible: t.text("can", i) != "no", Why: t.text("why", i)})
	}
	return s, t
}

func showChannels(c plan.Consultation, t *typed, _ *web.Form, wrong fault.Invalid) ([]templ.Component, []sectionRow) {
	kinds := []web.Option{{Text: "Choose one"}}
	for _, k := range plan.ChannelKinds() {
		kinds = append(kinds, web.Option{Value: string(k), Text: k.Words()})
	}
	var rows []sectionRow
	for i := 1; i <= asked(t, len(c.Channels)); i++ {
		var kind, words, asked, answered string
		if t != nil {
			kind, words, asked, answered = t.text("kind", i), t.text("words", i), t.text("asked", i), t.text("answered", i)
		} else if i <= len(c.Channels) {
			ch := c.Channels[i-1]
			kind, words, asked, answered = string(ch.Kind), ch.Words, number(ch.Asked), number(ch.Answered)
		}
		at := "-" + strconv.Itoa(i)
		rows = append(rows, sectionRow{Number: i, Legend: "Way of asking " + strconv.Itoa(i), Fields: []templ.Component{
			web.Select{Name: "kind" + at, Label: "How were people asked?", Value: kind, Error: wrong.For("kind" + at), Options: kinds},
			web.TextField{Name: "words" + at, Label: "Where, and when?", Hint: "Optional", Value: words, Error: wrong.For("words" + at)},
			web.TextField{Name: "asked" + at, Label: "How many were asked?", Hint: "Leave it empty where nobody knows", Value: asked, Error: wrong.For("asked" + at), InputMode: "numeric", Width: "5"},
			web.TextField{Name: "answered" + at, Label: "How many answered?", Value: answered, Error: wrong.For("answered" + at), InputMode: "numeric", Width: "5"},
		}})
	}
	return nil, rows
}

func readChannels(form *web.Form) (plan.Section, typed) {
	t := readRows(form, "kind", "words", "asked", "answered")
	var s plan.ChannelsSection
	for _, i := range t.at {
		s.Channels = append(s.Channels, plan.Channel{Kind: plan.ChannelKind(t.text("kind", i)), Words: t.text("words", i), Asked: t.count("asked", i), Answered: t.count("answered", i)})
	}
	return s, t
}

func showHeard(c plan.Consultation, t *typed, form *web.Form, wrong fault.Invalid) ([]templ.Component, []sectionRow) {
	summary := c.Summary
	if form != nil {
		summary = form.Text("summary")
	}
	fields := []templ.Component{web.TextArea{Name: "summary", Label: "What did we hear?", Hint: "In a few sentences, for those who were asked.", Value: summary, Error: wrong.For("summary"), Rows: 6, Max: 10_000}}
	var rows []sectionRow
	for i := 1; i <= asked(t, len(c.Heard)); i++ {
		var words, count string
		if t != nil {
			words, count = t.text("words", i), t.text("count", i)
		} else if i <= len(c.Heard) {
			words, count = c.Heard[i-1].Words, number(c.Heard[i-1].Count)
		}
		at := "-" + strconv.Itoa(i)
		rows = append(rows, sectionRow{Number: i, Legend: "What people said " + strconv.Itoa(i), Fields: []templ.Component{
			web.TextField{Name: "words" + at, Label: "What was said?", Value: words, Error: wrong.For("words" + at)},
			web.TextField{Name: "count" + at, Label: "How many said this?", Value: count, Error: wrong.For("count" + at), InputMode: "numeric", Width: "5"},
		}})
	}
	return fields, rows
}

func readHeard(form *web.Form) (plan.Section, typed) {
	t := readRows(form, "words", "count")
	s := plan.HearingSection{Hearing: plan.Hearing{Summary: strings.ReplaceAll(form.Text("summary"), "\r\n", "\n")}}
	for _, i := range t.at {
		s.Heard = append(s.Heard, plan.Heard{Words: t.text("words", i), Count: t.count("count", i)})
	}
	return s, t
}

func showVoices(c plan.Consultation, t *typed, _ *web.Form, wrong fault.Invalid) ([]templ.Component, []sectionRow) {
	var rows []sectionRow
	for i := 1; i <= asked(t, len(c.Voices)); i++ {
		var who, what string
		if t != nil {
			who, what = t.text("who", i), t.text("what", i)
		} else if i <= len(c.Voices) {
			who, what = c.Voices[i-1].Who, c.Voices[i-1].What
		}
		at := "-" + strconv.Itoa(i)
		rows = append(rows, sectionRow{Number: i, Legend: "Voice " + strconv.Itoa(i), Fields: []templ.Component{
			web.TextField{Name: "who" + at, Label: "Who has not been heard yet?", Hint: "Such as “People who work nights”. Name no one.", Value: who, Error: wrong.For("who" + at)},
			web.TextField{Name: "what" + at, Label: "What do we do about it?", Value: what, Error: wrong.For("what" + at)},
		}})
	}
	return nil, rows
}

func readVoices(form *web.Form) (plan.Section, typed) {
	t := readRows(form, "who", "what")
	var s plan.VoicesSection
	for _, i := range t.at {
		s.Voices = append(s.Voices, plan.Voice{Who: t.text("who", i), What: t.text("what", i)})
	}
	return s, t
}

func (p pages) writeConsultation(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showWriting(w, r, by, nil, nil, nil)
}

func (p pages) showWriting(w http.ResponseWriter, r *http.Request, by access.Actor, form *web.Form, t *typed, wrong fault.Invalid) error {
	writing, ok := writings[r.PathValue("section")]
	if !ok {
		return fault.NotFound
	}
	var d section
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		if err := by.Must(access.WritePlan, s.area.Place()); err != nil {
			return err
		}
		c, err := s.consultationOf(r, tx, by)
		if err != nil {
			return err
		}
		if c.IsFedBack() {
			return fault.New(fault.Conflict, "This was fed back to those who were asked, so it stays as it is.")
		}
		at := consultationHref(s.area, c.Number)
		d = section{
			Shell: p.shell(r, by, s.area, writing.title, crumbsTo(web.Link{Text: c.Title, Href: at}, writing.title)...), Wrong: wrong, Title: writing.title, Lead: writing.lead,
			Action: at + "/write/" + r.PathValue("section"), Seen: c.Seen(writing.empty), Save: "Save", More: writing.rows, Back: web.Link{Text: "Go back without saving", Href: at},
		}
		if writing.rows {
			d.Above = []string{"Leave a row empty to take it out."}
		}
		d.Fields, d.Rows = writing.show(c, t, form, wrong)
		return nil
	})
	if err != nil {
		return err
	}
	return p.showSection(w, r, d)
}

func (p pages) saveConsultation(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	writing, ok := writings[r.PathValue("section")]
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if !ok || err != nil {
		return fault.NotFound
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	s, t := writing.read(form)
	if form.Has("more") {
		return p.showWriting(w, r, by, form, &t, nil)
	}
	err = unreadable(form)
	if err == nil {
		err = p.plans.SaveConsultation(r.Context(), by, a, n, form.Text("form"), form.Text("seen"), s)
	}
	if err != nil {
		wrong, err := refused(form, err, t.at)
		if err != nil {
			return err
		}
		return p.showWriting(w, r, by, form, &t, wrong)
	}
	return p.site.Done(w, r, "Saved.", consultationHref(a, n))
}

func (p pages) feedBack(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return fault.NotFound
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	feedback := plan.NewFeedback{Form: form.Text("form"), Number: n, On: form.Date("on"), How: form.Text("how")}
	if err := p.plans.FeedBack(r.Context(), by, a, feedback); err != nil {
		wrong, err := refused(form, err, nil)
		if err != nil {
			return err
		}
		for i := range wrong {
			if wrong[i].Field == "" {
				wrong[i].Field = "write" // where one goes on writing
			}
		}
		return p.showConsultation(w, r, by, consultationData{Wrong: wrong, Form: feedback.Form, On: form.DateParts("on"), How: feedback.How})
	}
	return p.site.Done(w, r, "It is public now, and stays as it is.", consultationHref(a, n))
}
