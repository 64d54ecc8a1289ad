package workshopweb_test

import (
	"bytes"
	"encoding/csv"
	"html"
	"image"
	"image/png"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
	"commontable/internal/workshop"
	"commontable/internal/workshop/workshopweb"
)

const (
	reach    = "/areas/tanners-reach"
	together = reach + "/together"
	agreed   = reach + "/agreed"
)

// A world has the pages of how people work together, read by the chair, and one body
// that they work with.
type world struct {
	*fundingtest.World
	t         *testing.T
	workshops *workshop.Workshops
	shares    *share.Shares
	parks     relationship.ID
	body      organisation.Organisation
	rd        *pagetest.Reader
}

func open(t *testing.T) *world {
	t.Helper()
	of, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 7)
	if err != nil {
		t.Fatal(err)
	}
	agencies := &agency.Agencies{DB: of.DB, IDs: of.IDs, Now: of.Clock.Now, Organisations: of.Organisations, Holders: funding.HoldersIn}
	relationships := &relationship.Relationships{DB: of.DB, IDs: of.IDs, Now: of.Clock.Now, Agencies: agencies}
	w := &world{
		World: of, t: t,
		workshops: &workshop.Workshops{DB: of.DB, IDs: of.IDs, Now: of.Clock.Now, Relationships: relationships},
		shares:    &share.Shares{DB: of.DB, IDs: of.IDs, Now: of.Clock.Now, Sharer: person.ActorIn},
	}
	n := relationship.New{Form: string(w.Form()), Who: "Blackbrook Council", State: relationship.NewState{From: w.Today(), Closeness: relationship.Close, Kinds: []relationship.Kind{relationship.Ally}}}
	n.Name, n.Type = "Council parks", agency.Council
	w.parks, err = relationships.Add(t.Context(), w.Tanners.Chair, w.Tanners.Area, n)
	w.must(err)
	w.must(w.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		w.body, err = organisation.BySlug(t.Context(), tx, "blackbrook-council")
		return err
	}))
	w.rd = pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route {
		return workshopweb.Routes(s, w.workshops, w.shares, "https://table.example.org")
	}).As(w.Tanners.Chair)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// form is what somebody typed: names and values in turn.
func form(pairs ...string) url.Values {
	all := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		all.Add(pairs[i], pairs[i+1])
	}
	return all
}

// on is a day in the three boxes for it.
func on(f url.Values, field string, d date.Date) url.Values {
	for i, part := range []string{"-year", "-month", "-day"} {
		f.Set(field+part, strings.TrimLeft(strings.Split(d.String(), "-")[i], "0"))
	}
	return f
}

// begin begins a record and gives its address.
func (w *world) begin(k workshop.Kind, f url.Values) string {
	w.t.Helper()
	return w.rd.Post(reach+"/begin/"+string(k), f, http.StatusSeeOther).Next
}

// write writes a part of a record.
func (w *world) write(at, part string, f url.Values) {
	w.t.Helper()
	w.rd.Post(at+"/questions/"+part, f, http.StatusSeeOther)
}

var wordsSeen = regexp.MustCompile(`name="seen" value="([^"]*)"`)

// agree says of our side that we agree to the words as they stand on the page.
func (w *world) agree(at string) {
	w.t.Helper()
	found := wordsSeen.FindStringSubmatch(w.rd.Get(at, http.StatusOK).HTML)
	if found == nil {
		w.t.Fatalf("%s does not offer to agree to anything", at)
	}
	w.rd.Post(at+"/say", form("step", "agreed", "seen", found[1]), http.StatusSeeOther)
}

// invite makes a link for the other side, and gives its address here.
func (w *world) invite(at string) string {
	w.t.Helper()
	page := w.rd.As(w.Tanners.Chair).Post(at+"/invite", on(form("for_whom", "the parks officer"), "until", w.Today().AddDays(30)), http.StatusOK)
	found := regexp.MustCompile(`https://table\.example\.org(/shared/take-part/[A-Za-z0-9_-]{43})`).FindStringSubmatch(page.HTML)
	if found == nil {
		w.t.Fatalf("no address was made: %s", page.Text)
	}
	page.Says("It is shown this once only", "It works until "+w.Today().AddDays(30).Long())
	return found[1]
}

// They say something by a link, as it is offered there.
func (w *world) theySay(link, step string) {
	w.t.Helper()
	page := w.rd.As(access.Actor{}).Get(link, http.StatusOK)
	if !strings.Contains(page.HTML, `name="what" value="`+step+`"`) {
		w.t.Fatalf("they are not asked to say %q:\n%s", step, page.Text)
	}
	w.rd.Post(link, form("what", step, "seen", wordsSeen.FindStringSubmatch(page.HTML)[1]), http.StatusSeeOther)
	w.rd.As(w.Tanners.Chair)
}

// rows are a spreadsheet without its heading, with the columns by their names.
func rows(t *testing.T, p pagetest.Page) (all []map[string]string) {
	t.Helper()
	got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.HTML, "\ufeff"))).ReadAll()
	if err != nil || len(got) == 0 {
		t.Fatalf("the spreadsheet: %v, %d lines", err, len(got))
	}
	for _, line := range got[1:] {
		row := map[string]string{}
		for i, name := range got[0] {
			row[name] = line[i]
		}
		all = append(all, row)
	}
	return all
}

var asked = regexp.MustCompile(`(?s)<h3>(.*?)</h3>`)

// same fails the test unless a spreadsheet says of a record what stands on its page:
// each answer that it has is on the page, and each question that the page answers is
// among its lines.
func (w *world) same(file, at, name string) {
	w.t.Helper()
	page := w.rd.Get(at, http.StatusOK)
	of := slices.DeleteFunc(rows(w.t, w.rd.Get(file, http.StatusOK)), func(r map[string]string) bool { return r["name"] != name })
	if len(of) == 0 {
		w.t.Fatalf("%s has nothing of %s", file, name)
	}
	questions := map[string]bool{}
	for _, r := range of {
		questions[r["question"]] = true
		for part := range strings.SplitSeq(r["answer"], "\n") {
			page.Says(part)
		}
		page.Says(r["how it stands"])
	}
	answered := asked.FindAllStringSubmatch(page.HTML, -1)
	for _, q := range answered {
		if words := strings.TrimSpace(html.UnescapeString(q[1])); !questions[words] {
			w.t.Errorf("%s does not have %q of %s, which its page has", file, words, name)
		}
	}
	if len(answered) == 0 {
		w.t.Errorf("nothing is answered on the page of %s", name)
	}
}

// everyKind is how each kind is begun: what is wrong with a form that is refused, and
// one that is taken. Where a relationship is needed it is chosen.
func (w *world) everyKind() map[workshop.Kind]struct {
	wrong, right url.Values
	says         []string
	name, stands string
} {
	today, parks := w.Today(), string(w.parks)
	long := strings.Repeat("ä", 121)
	type kind = struct {
		wrong, right url.Values
		says         []string
		name, stands string
	}
	return map[workshop.Kind]kind{
		workshop.Mapping: {
			form("held-day", "31", "held-month", "2", "held-year", "2026", "where", "The <Hub>", "who", "Denise & Sam"),
			on(form("how", "paper", "who", "Denise\nSam\nYusuf\nKaren"), "held", today),
			[]string{"Choose one", `value="31"`, `value="The &lt;Hub&gt;"`, "Denise &amp; Sam"},
			"Our map, " + today.Long(), "Begun",
		},
		workshop.Conversation: {
			form("why", "The grass & who cuts it", "facilitator", long), form("relationship", parks, "why", "The grass"),
			[]string{"Choose whom it is with", "Say it in up to 120 letters", "The grass &amp; who cuts it", long},
			"A talk with Council parks", "Asking both sides",
		},
		workshop.Scores: {
			on(form("two", "trust", "two", "goals", "two", "roles", "relationship", parks), "on", today), on(form("relationship", parks, "two", "trust", "two", "goals"), "on", today),
			nil, "How well it works with Council parks, " + today.Long(), "Begun",
		},
		workshop.Check: {
			form("on-day", "1", "council", "", "why", "After the vote"), on(form("council", "Blackbrook Council", "why", "After the vote"), "on", today),
			[]string{"Enter a day", "Write a few words here", "After the vote", `value="1"`},
			"Looking at it with Blackbrook Council", "Begun",
		},
		workshop.Agreement: {
			on(form("relationship", parks, "name", "The play area", "with", " "), "from", today), on(form("sort", "lease", "name", "The play area", "with", "The council", "relationship", parks), "from", today),
			[]string{"Choose one", "Write a few words here", `value="The play area"`, `value="` + parks + `" selected`},
			"The play area", "Being talked about",
		},
		workshop.Seat: {
			form("board", "Parks board", "who", "", "way", "theirs"), form("way", "ours", "board", "Parks board", "who", "our chair"),
			[]string{"Write a few words here", `value="Parks board"`},
			"Parks board", "Noted",
		},
		workshop.Credit: {
			form("for", "The opening", "words", strings.Repeat("a", 601), "where", "papers"), form("for", "The opening", "with", "The council", "words", "Made by residents, with the council.", "where", "papers", "relationship", parks),
			[]string{"Say it in up to 600 letters", "Write a few words here", `value="The opening"`, strings.Repeat("a", 601)},
			"The opening", "Wait before publishing",
		},
		workshop.Celebration: {
			form("name", "A lantern walk", "where", "posters", "on-day", "3", "on-month", "13", "on-year", "2026"), on(form("sort", "party", "name", "A lantern walk", "where", "posters", "where", "shops"), "on", today),
			[]string{"Choose one", "Enter a day", `value="13"`, `value="A lantern walk"`},
			"A lantern walk", "Noted",
		},
	}
}

// Where nobody did anything yet both lists say what there could be, and lead to it
// those who may begin.
func TestNothingYet(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.rd.Get(together, http.StatusOK).Says("None was held yet", "Hold a mapping workshop", "Ask for a talk", "Nobody has scored yet", "Begin a check", "All of it is for us until we share it")
	w.rd.Get(agreed, http.StatusOK).Says("None is noted. That is fine", "Note an agreement", "Note a seat", "Agree on the credit", "Plan a celebration")
	for _, file := range []string{together + ".csv", agreed + ".csv"} {
		if got := rows(t, w.rd.Get(file, http.StatusOK)); len(got) != 0 {
			t.Errorf("%s has %d lines of nothing", file, len(got))
		}
	}
	w.rd.Get(reach+"/begin/nothing", http.StatusNotFound)
	w.rd.Post(reach+"/begin/nothing", url.Values{}, http.StatusNotFound)
	w.rd.Get(together+"/nothing", http.StatusNotFound)
	w.rd.Get(reach+"/begin/conversation?relationship="+string(w.parks), http.StatusOK).Says(`value="` + string(w.parks) + `" selected`)

	// Where nobody is known yet, those that are with somebody ask for that first.
	for _, kind := range []string{"conversation", "scores"} {
		page := w.rd.As(w.Millbrook.Chair).Get("/areas/millbrook/begin/"+kind, http.StatusOK)
		page.Says("Say first whom you work with", "/areas/millbrook/relationships/new")
		page.SaysNot("/begin/"+kind, "Why would you like to talk?")
	}
	w.rd.Get("/areas/millbrook/begin/workshop", http.StatusOK).Says("Who takes part?")

	// The programme reads what is shared, and so far there is nothing.
	programme := w.rd.As(w.Farah).Get(together, http.StatusOK)
	programme.Says("None that is shared with you.")
	programme.SaysNot("Hold a mapping workshop", "/begin/")
	w.rd.Get(reach+"/begin/workshop", http.StatusForbidden)
	w.rd.Post(reach+"/begin/workshop", url.Values{}, http.StatusForbidden)
	for who, by := range map[string]access.Actor{"another area": w.Millbrook.Chair, "a resident": w.Kit, "who pays": w.Amina} {
		for _, path := range []string{together, agreed, together + ".csv", together + "/paper", reach + "/begin/workshop"} {
			page := w.rd.As(by).Get(path, http.StatusNotFound)
			if strings.Contains(page.Text, "How we work together") {
				t.Errorf("%s learns of %s", who, path)
			}
		}
	}
	w.rd.As(access.Actor{}).Get(together, http.StatusSeeOther)
}

// Of each kind: a form that is not right comes back with all that was typed; one that
// is right leads to a page that says what it is, how it stands and that it is for the
// partnership alone; the list and the spreadsheet have the same. It is there for
// nobody else until it is shared, and then to read alone.
func TestEachKindFromItsBeginning(t *testing.T) {
	t.Parallel()
	for kind := range open(t).everyKind() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := open(t)
			k := w.everyKind()[kind]
			list, begin := together, reach+"/begin/"+string(kind)
			if kind == workshop.Agreement || kind == workshop.Seat || kind == workshop.Credit || kind == workshop.Celebration {
				list = agreed
			}
			w.rd.As(w.Tanners.Chair).Get(begin, http.StatusOK).SaysNot("Error: ")
			if k.says != nil {
				wrong := w.rd.Post(begin, maps.Clone(k.wrong), http.StatusUnprocessableEntity)
				wrong.Says(append(k.says, "Error: ", "There is a problem")...)
				kept := wrong.Filled()
				for name, values := range k.wrong {
					if typed := strings.TrimSpace(values[0]); typed != "" && !slices.Contains(kept[name], typed) && !strings.Contains(wrong.HTML, html.EscapeString(typed)) {
						t.Errorf("%q of %s is lost: %q", typed, name, kept[name])
					}
				}
				w.rd.Get(list, http.StatusOK).SaysNot(k.name)
			}
			at := w.begin(kind, k.right)
			page := w.rd.Get(at, http.StatusOK)
			page.Says(k.name, k.stands, "For us alone", "Share this with the programme")
			w.rd.Get(list, http.StatusOK).Says(k.name, k.stands, at)
			w.same(list+".csv", at, k.name)
			if kind != workshop.Mapping {
				w.rd.Get(at+"/compare", http.StatusNotFound)
			}

			outside := []string{at, at + "/compare", at + "/brief", at + "/questions/about", at + "/done", at + "/marks/chair"}
			for _, path := range outside {
				w.rd.As(w.Farah).Get(path, http.StatusNotFound).SaysNot(k.name)
				w.rd.As(w.Millbrook.Chair).Get(path, http.StatusNotFound)
				w.rd.As(w.Kit).Get(path, http.StatusNotFound)
			}
			w.rd.As(w.Farah).Get(list, http.StatusOK).SaysNot(k.name)
			w.rd.Get(list+".csv", http.StatusOK).SaysNot(k.name)
			w.rd.Post(at+"/say", form("step", "shared"), http.StatusNotFound)
			w.rd.As(w.Tanners.Chair).Post(at+"/say", form("step", "nonsense"), http.StatusUnprocessableEntity)
			w.rd.Post(at+"/say", form("step", "shared"), http.StatusSeeOther)
			now := w.rd.Get(at, http.StatusOK)
			now.Says("Shared with the programme")
			now.SaysNot("For us alone", "Share this with the programme")
			seen := w.rd.As(w.Farah).Get(at, http.StatusOK)
			seen.Says(k.name)
			seen.SaysNot("<button type=\"submit\" class=\"govuk-button govuk-button--secondary\" data-module=\"govuk-button\">Add these files", "/say\"", "Change this", "Write this down", "/invite")
			w.rd.Get(list, http.StatusOK).Says(k.name)
			w.rd.Post(at+"/say", form("step", "finished"), http.StatusForbidden)
			w.rd.As(w.Millbrook.Chair).Get(at, http.StatusNotFound)
			w.rd.As(w.Tanners.Chair)
		})
	}
}

// The paper asks what the screen asks: the key of all shapes and lines, rings, and no
// more than four questions on a sheet.
func TestTheSheetsForPaper(t *testing.T) {
	t.Parallel()
	w := open(t)
	page := w.rd.Get(together+"/paper", http.StatusOK)
	page.Says("Shapes to cut out, and what they mean", "Who we work with: Tanners Reach", "Our two signs:", "Not started yet: draw only the edge of the shape")
	for _, all := range [][]workshop.Choice{workshop.Shapes(), workshop.Ties(), workshop.Rings()} {
		for _, c := range all {
			page.Says(c.Words)
		}
	}
	parts := workshop.PartsOf(workshop.Mapping)
	sheets := strings.Split(page.HTML, `<div class="a3`)
	if len(sheets) != len(parts)+3 {
		t.Fatalf("%d sheets, want the rings, the shapes and %d with questions", len(sheets)-1, len(parts))
	}
	for i, part := range parts {
		sheet := sheets[i+3]
		if n := strings.Count(sheet, "<li><b>") + strings.Count(sheet, "<li> <b>"); n != len(part.Questions) || n > 4 {
			t.Errorf("%d questions are on the sheet of %q, want %d and never more than four", n, part.Title, len(part.Questions))
		}
		for _, q := range part.Questions {
			if !strings.Contains(sheet, html.EscapeString(q.Words)) {
				t.Errorf("the sheet of %q does not ask %q", part.Title, q.Words)
			}
		}
	}
}

// An afternoon with the map, from an empty sheet to the next year's beside it.
func TestAnAfternoonWithTheMap(t *testing.T) {
	t.Parallel()
	w := open(t)
	today := w.Today()
	gathered := on(form("how", "paper", "where", "The Hub", "who", "Denise, chair\nSam, worker"), "held", today.AddMonths(-1))
	at := w.begin(workshop.Mapping, gathered)
	ask := func(part string) string { return at + "/questions/" + part }
	fresh := w.rd.Get(at, http.StatusOK)
	fresh.Says("Four to twelve people are a good number", "Say first what makes a relationship work.", "The sheets for paper", "Nothing was added yet.", "Photos")
	fresh.SaysNot("<svg class=\"relmap", "Beside the one before", "Finish: it stays as it is", "Tick off what is done")
	w.rd.Get(at+"/questions/nothing", http.StatusNotFound)
	w.rd.Get(at+"/invite", http.StatusNotFound)
	w.rd.Post(at+"/invite", form("for_whom", "somebody"), http.StatusNotFound)
	w.rd.Post(at+"/again", url.Values{}, http.StatusConflict).Says("Only a talk has a second round.")
	w.rd.Post(at+"/start", url.Values{}, http.StatusConflict).Says("Say first what makes a relationship work.")
	w.rd.Get(at+"/compare", http.StatusOK).Says("There is no workshop before this one yet")

	wrong := w.rd.Post(ask("criteria"), form("two", "trust", "two", "own", "own2", "They ring back", "when", "The lamps & the school"), http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Say in a few words what your own sign is", "The lamps &amp; the school", `value="They ring back"`)
	if kept := wrong.Filled()["two"]; !slices.Equal(kept, []string{"trust", "own"}) {
		t.Errorf("what was ticked: got %q", kept)
	}
	w.write(at, "criteria", form("two", "trust", "two", "own", "own", "They ring back"))

	w.rd.Get(ask("map"), http.StatusOK).Says("Put everybody from our register on the map", "That is all: go back")
	w.rd.Post(at+"/start", url.Values{}, http.StatusSeeOther)
	w.rd.Get(ask("map"), http.StatusOK).Says("The map so far.", "Council parks", "Take something off the list, or change it")
	wrong = w.rd.Post(ask("map"), form("name", "The Saturday canal bank club", "tie", "friend", "shape", "group"), http.StatusUnprocessableEntity)
	wrong.Says("Say it in up to 24 letters", "Choose one", `value="The Saturday canal bank club"`)
	if kept := wrong.Filled(); kept.Get("tie") != "friend" || kept.Get("shape") != "group" {
		t.Errorf("what was chosen is lost: %v", kept)
	}
	w.write(at, "map", form("name", "Canal club", "shape", "group", "tie", "friend", "ring", "close"))
	w.write(at, "map", form("name", "Night bus", "shape", "other", "ring", "not-yet"))
	change := w.rd.Get(ask("map")+"?change=2", http.StatusOK)
	if kept := change.Filled(); kept.Get("name") != "Canal club" || kept.Get("ring") != "close" {
		t.Errorf("what is to be changed stands there as %v", kept)
	}
	w.write(at, "map", form("name", "canal club", "shape", "group", "ring", "regular"))
	page := w.rd.Get(at, http.StatusOK)
	page.Says("The same as a list", "canal club", "Regular contact", "New faces on this map", "Night bus")
	page.SaysNot("Canal club")
	w.rd.Post(ask("map"), form("remove", "9"), http.StatusNotFound)
	w.rd.Post(ask("map"), form("remove", "3"), http.StatusSeeOther)
	w.rd.Get(at, http.StatusOK).SaysNot("Night bus")
	w.rd.Post(at+"/register", url.Values{}, http.StatusSeeOther)
	w.rd.Get(at, http.StatusOK).Says("New faces on this map")
	w.rd.Post(at+"/register", form("names", "canal club"), http.StatusSeeOther)
	w.rd.Get(at, http.StatusOK).SaysNot("New faces on this map")

	w.rd.Post(ask("good"), form("first", "They say <so>"), http.StatusUnprocessableEntity).Says("Choose one", "They say &lt;so&gt;", "“They ring back”: how is that?")
	w.rd.Post(at+"/say", form("step", "finished"), http.StatusConflict).Says("One part is still empty: One that goes well.")
	w.write(at, "good", form("which", "Council parks", "first", "We can say what we do not know."))
	w.write(at, "develop", form("which", "canal club", "learn", "Tea"))
	w.write(at, "next", form("talk", "canal club", "why", "To begin"))
	wrong = w.rd.Post(ask("actions"), form("what", "", "who", "Yusuf", "by-day", "40", "by-month", "1", "by-year", "2027"), http.StatusUnprocessableEntity)
	wrong.Says("Write a few words here", "Enter a date that exists", `value="Yusuf"`, `value="40"`)
	w.write(at, "actions", on(form("what", "Ask them to tea", "who", "Yusuf"), "by", today.AddDays(20)))
	w.write(at, "actions", form("what", "Mend the gate", "who", "Sam"))

	// A photo of the wall is taken, and what is no photo is not.
	w.rd.PostFile(at+"/files", url.Values{}, "files", "wall.exe", []byte("MZ\x90\x00 nothing"), http.StatusUnprocessableEntity).Says("Error: ", "wall.exe")
	var wall bytes.Buffer
	w.must(png.Encode(&wall, image.NewGray(image.Rect(0, 0, 9, 9))))
	w.rd.PostFile(at+"/files", url.Values{}, "files", "wall.png", wall.Bytes(), http.StatusSeeOther)
	file := regexp.MustCompile(at + `/files/[0-9a-f]+`).FindString(w.rd.Get(at, http.StatusOK).HTML)
	if got := w.rd.Get(file, http.StatusOK).Header; got.Get("Content-Type") != "image/png" || !strings.Contains(got.Get("Content-Disposition"), "attachment") {
		t.Errorf("the photo comes as %v", got)
	}
	w.rd.As(w.Farah).Get(file, http.StatusNotFound)
	w.rd.As(w.Tanners.Chair).Get(at+"/files/nothing", http.StatusNotFound)

	name := "Our map, " + today.AddMonths(-1).Long()
	w.same(together+".csv", at, name)
	page = w.rd.Get(at, http.StatusOK)
	page.Says("One that goes well: Council parks", "One to work on: canal club", "Ask them to tea", today.AddDays(20).Long(), "When there is time", "To do", "wall.png", "Finish: it stays as it is")
	w.rd.Post(at+"/say", form("step", "finished"), http.StatusSeeOther)
	page = w.rd.Get(at, http.StatusOK)
	page.Says("Finished", "Tick off what is done")
	page.SaysNot("Change this", "Add one", "Finish: it stays as it is")
	for _, part := range []string{"gathering", "criteria", "map", "actions"} {
		w.rd.Get(ask(part), http.StatusConflict).Says("This is finished, and stays as it is.")
		w.rd.Post(ask(part), form("what", "More", "who", "Sam"), http.StatusConflict)
	}
	wrong = w.rd.Post(at+"/done", on(form("what", "Mend the gate", "words", "It <holds>"), "on", today.AddDays(1)), http.StatusUnprocessableEntity)
	wrong.Says("today or earlier", `value="It &lt;holds&gt;"`, `value="Mend the gate" checked`)
	w.rd.Post(at+"/done", on(form("what", "Mend the gate", "words", "It holds"), "on", today), http.StatusSeeOther)
	w.rd.Get(at, http.StatusOK).Says("Done "+today.Long(), "It holds", "To do")
	if got := rows(t, w.rd.Get(together+".csv", http.StatusOK)); !slices.ContainsFunc(got, func(r map[string]string) bool {
		return r["question"] == "Done: Mend the gate" && r["answer"] == today.String()
	}) {
		t.Errorf("what is done is not in the spreadsheet: %v", got)
	}

	// A year later both maps stand side by side: who is on one alone is said.
	next := w.begin(workshop.Mapping, on(form("how", "screen", "who", "Denise\nSam\nYusuf\nKaren"), "held", today))
	w.write(next, "criteria", form("two", "trust", "two", "goals"))
	w.write(next, "map", form("name", "Council parks", "shape", "council", "ring", "now-and-then"))
	w.rd.Get(next, http.StatusOK).Says("Beside the one before")
	both := w.rd.Get(next+"/compare", http.StatusOK)
	both.Says("Then and now", today.Long(), today.AddMonths(-1).Long(), "We trust each other, and They ring back", "We trust each other, and We want the same things", "Not on it", "Now and then")
	w.rd.Post(next+"/say", form("step", "shared"), http.StatusSeeOther)
	w.rd.As(w.Farah).Get(next+"/compare", http.StatusOK).SaysNot("canal club", "They ring back", today.AddMonths(-1).Long())
}

// A talk: both sides say by themselves that they want it, and the other side reads by
// its link what it is asked and what both agreed to, and nothing that we wrote for us.
func TestATalkOfBothSides(t *testing.T) {
	t.Parallel()
	w := open(t)
	at := w.begin(workshop.Conversation, form("relationship", string(w.parks), "why", "The grass", "facilitator", "Ruth", "prepares", "Priya"))
	w.rd.Get(at, http.StatusOK).Says("We said: not said yet. They said: not said yet.", "Yes, we want this talk", "You need not say why.", "Invite the other side")
	w.rd.Post(at+"/questions/plan", form("people", "Denise", "will", "Grass"), http.StatusConflict).Says("Both sides say first that they want this talk.")
	wrong := w.rd.Post(at+"/invite", on(form("for_whom", " "), "until", w.Today().AddDays(900)), http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Say who it is for", "A link works for a year at most", `value="`+w.Today().AddDays(900).String()[:4]+`"`)
	link := w.invite(at)

	w.rd.As(access.Actor{})
	first := w.rd.Get(link, http.StatusOK)
	first.Says("A talk with Tanners Reach", "asks the parks officer", "until "+w.Today().AddDays(30).Long(), "The grass", "Ruth", "Yes, we want this talk", "Not now", "you need no account")
	first.SaysNot("Priya", "Sign out", "We said")
	if h := first.Header; h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("X-Robots-Tag"), "noindex") {
		t.Errorf("the page of a link is kept, found or told on: %v", h)
	}
	w.rd.Get(link[:len(link)-1]+"!", http.StatusNotFound).Says("This link opens nothing.", "Ask the person who sent it to you for a new one.")
	w.rd.Post(link, form("what", "finished"), http.StatusNotFound)
	w.rd.Post(link, form("what", "agreed", "seen", ""), http.StatusConflict)
	w.theySay(link, "not now")
	w.rd.Get(at, http.StatusOK).Says("They said: not now.")
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).SaysNot("Not now</button>")
	w.theySay(link, "yes")
	w.rd.Post(at+"/say", form("step", "yes"), http.StatusSeeOther)
	w.rd.Get(at, http.StatusOK).Says("We said: yes. They said: yes.")

	wrong = w.rd.Post(at+"/questions/plan", form("wont", "Last year", "questions", "q3", "theirs", "Jas"), http.StatusUnprocessableEntity)
	wrong.Says("Write a few words here", "Last year", "Jas", `value="q3" checked`)
	w.write(at, "plan", form("people", "Denise\nYusuf\nAneela", "theirs", "Jas", "will", "Grass", "wont", "Last year", "questions", "q3"))
	w.rd.Get(at, http.StatusOK).Says("That is 3 from our side and 1 from theirs.")
	w.write(at, "talk", form("challenges", "Two posts are gone"))
	w.write(at, "actions", form("what", "Lend a mower", "who", "Jas"))
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).SaysNot("Two posts are gone", "Lend a mower", "We agree to these very words")
	w.rd.As(w.Tanners.Chair)
	w.write(at, "summary", form("words", "We mow,\n\nthey lend."))
	w.rd.Get(at, http.StatusOK).Says("Neither side has agreed to the summary yet.")
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).Says("We mow,", "they lend.", "We agree to these very words", "What cannot wait?")
	w.theySay(link, "agreed")
	w.rd.Get(at, http.StatusOK).Says("They agree to the summary. We have not said so yet.")
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).Says("It stands once the other side has agreed too.")
	w.rd.As(w.Tanners.Chair)
	w.agree(at)
	done := w.rd.Get(at, http.StatusOK)
	done.Says("Agreed by both", "Begin a second talk that goes on from this one", "Tick off what is done")
	done.SaysNot("Invite the other side", "Change this")
	w.same(together+".csv", at, "A talk with Council parks")
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).Says("Both sides agreed to these words", "stay as they are.")
	var words []string
	w.must(w.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		words, err = workshopweb.Approved(t.Context(), tx, w.Tanners.Area, w.parks)
		return err
	}))
	if !slices.Equal(words, []string{"We mow,\n\nthey lend."}) {
		t.Errorf("the words that both approved: got %q", words)
	}

	second := w.rd.As(w.Tanners.Chair).Post(at+"/again", url.Values{}, http.StatusSeeOther).Next
	w.rd.Get(second, http.StatusOK).Says("A second talk with Council parks", "They said: not said yet.")
	w.rd.Post(second+"/again", url.Values{}, http.StatusConflict)

	// Taken back, the link opens nothing.
	var links []share.Link
	w.must(w.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		links, err = share.LinksOf(t.Context(), tx, string(w.Tanners.Area.ID), workshop.LinkKind, "")
		return err
	}))
	if len(links) != 1 {
		t.Fatalf("%d links were made, want one", len(links))
	}
	w.must(w.shares.End(t.Context(), w.Tanners.Chair, w.Tanners.Area.Place(), links[0].ID))
	over := w.rd.As(access.Actor{}).Get(link, http.StatusNotFound)
	over.Says("This link opens nothing.")
	over.SaysNot("We mow,")
	w.rd.Post(link, form("what", "not now"), http.StatusNotFound)
}

// marks are eight signs, each with the same mark.
func marks(n string, more ...string) url.Values {
	f := form(more...)
	for _, c := range workshop.Criteria() {
		f.Set(c.Code, n)
	}
	return f
}

// Both sides score apart: neither page, nor the spreadsheet, has a mark of the other
// side before both agreed to show them, and then all have the same.
func TestBothScoreApart(t *testing.T) {
	t.Parallel()
	w := open(t)
	today := w.Today()
	before := w.begin(workshop.Scores, on(form("relationship", string(w.parks)), "on", today.AddMonths(-12)))
	w.write(before, "marks", marks("5"))
	at := w.begin(workshop.Scores, on(form("relationship", string(w.parks), "two", "trust", "two", "goals"), "on", today))
	name := "How well it works with Council parks, " + today.Long()
	w.rd.Get(at, http.StatusOK).SaysNot("Not shown yet", "Show ours once they show theirs")
	some := marks("4", "helps", "Money & people")
	some.Del("trust")
	wrong := w.rd.Post(at+"/questions/marks", some, http.StatusUnprocessableEntity)
	wrong.Says("Choose one", "Money &amp; people")
	if kept := wrong.Filled(); kept.Get("goals") != "4" || kept.Has("trust") {
		t.Errorf("what was marked: got %v", kept)
	}
	w.write(at, "marks", marks("4", "helps", "Our ownwords"))
	link := w.invite(at)
	w.rd.Get(at, http.StatusOK).Says("Not shown yet", "Matters most", "We said last time", "“We know each other” went from 5 to 4.", "Show ours once they show theirs", "Our ownwords", "/questions/marks")

	w.rd.As(access.Actor{})
	guest := w.rd.Get(link, http.StatusOK)
	guest.Says("How well do we work together?", "Neither side sees the other’s until both say so.")
	guest.SaysNot("Our ownwords", "Show ours once they show theirs", " checked")
	some = marks("2", "what", "write", "hinders", "Cuts & change")
	some.Del("roles")
	wrong = w.rd.Post(link, some, http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Choose one", "Cuts &amp; change")
	if kept := wrong.Filled(); kept.Get("goals") != "2" {
		t.Errorf("what they marked: got %v", kept)
	}
	w.rd.Post(link, marks("2", "what", "write", "hinders", "Theirwords"), http.StatusSeeOther)
	theirs := w.rd.Get(link, http.StatusOK)
	theirs.Says("Theirwords", "Show ours once they show theirs")
	w.theySay(link, "agreed")
	w.rd.Get(at, http.StatusOK).SaysNot("Theirwords")
	w.rd.Get(together+".csv", http.StatusOK).SaysNot("Theirwords", "theirs")
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).SaysNot("Our ownwords")
	w.rd.As(w.Tanners.Chair).Post(at+"/say", form("step", "agreed", "seen", ""), http.StatusSeeOther)

	page := w.rd.Get(at, http.StatusOK)
	page.Says("Shown to both", "They say: what holds it back", "Theirwords")
	page.SaysNot("Not shown yet", "/questions/marks")
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).Says("Tanners Reach says", "You say", "Our ownwords", "Theirwords")
	w.rd.Post(link, marks("1", "what", "write"), http.StatusConflict)
	count := map[string]int{}
	for _, r := range rows(t, w.rd.As(w.Tanners.Chair).Get(together+".csv", http.StatusOK)) {
		if r["name"] == name && r["part"] == "How well it works, out of five" {
			count[r["side"]+" "+r["answer"]]++
		}
	}
	if want := map[string]int{"ours 4": 8, "theirs 2": 8, "ours Our ownwords": 1, "theirs Theirwords": 1}; !maps.Equal(count, want) {
		t.Errorf("the spreadsheet of the marks: got %v, want %v", count, want)
	}
	w.must(w.DB.Read(t.Context(), func(tx *db.Tx) error {
		cards, err := workshopweb.Cards(t.Context(), tx, w.Tanners.Chair, w.Tanners.Area, w.parks)
		if err != nil || len(cards) != 1 {
			t.Errorf("%d cards for the page of the relationship, %v", len(cards), err)
			return err
		}
		var b strings.Builder
		if err := cards[0].Render(t.Context(), &b); err != nil {
			return err
		}
		if !strings.Contains(b.String(), "Scored on "+today.Long()) {
			t.Errorf("the card of the relationship says %s", b.String())
		}
		none, err := workshopweb.Cards(t.Context(), tx, w.Farah, w.Tanners.Area, w.parks)
		if len(none) != 0 {
			t.Error("the programme is shown how well it works before it is shared")
		}
		return err
	}))
}

// Each marks a health check for themselves. Where people see it differently there is
// something to talk about; what nobody knows differs from nothing; and a guest sees
// what they marked, and nobody else's.
func TestACheckTellsWhereItIsSeenDifferently(t *testing.T) {
	t.Parallel()
	w := open(t)
	at := w.begin(workshop.Check, on(form("council", "Blackbrook Council", "relationship", string(w.parks)), "on", w.Today()))
	shared := slices.IndexFunc(workshop.CheckActions(), func(a workshop.Action) bool { return a.For("officer") && a.For("senior") })
	if shared < 0 {
		t.Fatal("no action is for two roles of the council")
	}
	act := workshop.CheckActions()[shared]
	fresh := w.rd.Get(at, http.StatusOK)
	fresh.Says("Who marks what", "Nobody yet", at+"/marks/chair", at+"/marks/officer?paper=new")
	fresh.SaysNot("Worth talking about", "Finish: it stays as it is")
	w.rd.Get(at+"/marks/nobody", http.StatusNotFound)
	w.rd.Get(at+"/marks/chair", http.StatusOK).Says("Chair: what happens already?", "Nobody is given a score.", "1. ")
	w.rd.Post(at+"/marks/chair", url.Values{}, http.StatusUnprocessableEntity).Says("Mark at least one")
	w.rd.Post(at+"/marks/chair", form("word", "Only a word"), http.StatusSeeOther)
	w.rd.Get(at, http.StatusOK).Says("Only a word", "Marked by 1")
	if kept := w.rd.Get(at+"/marks/chair", http.StatusOK).Filled(); kept.Get("word") != "Only a word" {
		t.Errorf("one's own sheet does not come back: %v", kept)
	}

	// Somebody of the council, by a link.
	link := w.invite(at)
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).Says("What are you?", "Council officer", "?as=officer")
	w.rd.Get(link+"?as=chair", http.StatusNotFound)
	w.rd.Post(link+"?as=chair", form("what", "write", "word", "As if I were yours"), http.StatusNotFound)
	w.rd.Get(link+"?as=nobody", http.StatusNotFound)
	w.rd.Post(link+"?as=officer", form("what", "write"), http.StatusUnprocessableEntity).Says("Error: ", "Mark at least one")
	w.rd.Post(link+"?as=officer", form("what", "write", act.ID, "not yet", "word", "We try"), http.StatusSeeOther)
	if kept := w.rd.Get(link+"?as=officer", http.StatusOK).Filled(); kept.Get(act.ID) != "not yet" || kept.Get("word") != "We try" {
		t.Errorf("what they marked does not come back: %v", kept)
	}
	w.rd.Get(link+"?as=senior", http.StatusOK).SaysNot("We try", " checked")

	// Two sheets of managers, as they were marked on paper.
	w.rd.As(w.Tanners.Chair)
	page := w.rd.Get(at, http.StatusOK)
	page.Says("Seen alike", "One thing is seen alike", "We try")
	page.SaysNot("Worth talking about")
	paper := regexp.MustCompile(`action="([^"]*marks/senior\?paper=[^"]+)"`)
	for _, mark := range []string{"unknown", "happens"} {
		sheet := paper.FindStringSubmatch(w.rd.Get(at+"/marks/senior?paper=new", http.StatusOK).HTML)
		if sheet == nil {
			t.Fatal("a sheet that was marked on paper has no place of its own")
		}
		w.rd.Post(html.UnescapeString(sheet[1]), form(act.ID, mark), http.StatusSeeOther)
		if mark == "unknown" {
			w.rd.Get(at, http.StatusOK).SaysNot("Worth talking about")
		}
	}
	page = w.rd.Get(at, http.StatusOK)
	page.Says("Worth talking about", act.Words, "Council officer: not yet; Council manager: don’t know; Council manager: it happens", "Marked by 2", "Finish: it stays as it is")
	got := rows(t, w.rd.Get(together+".csv", http.StatusOK))
	for _, want := range []string{"Council officer Not yet", "Council manager Don’t know", "Council manager It happens"} {
		if !slices.ContainsFunc(got, func(r map[string]string) bool { return r["question"] == act.Words && r["part"]+" "+r["answer"] == want }) {
			t.Errorf("the spreadsheet does not have %q", want)
		}
	}

	// A member marks as who they are. Who only reads it once it is shared marks for
	// themselves too, and keys in nobody's.
	w.rd.Post(at+"/say", form("step", "shared"), http.StatusSeeOther)
	reader := w.rd.As(w.Farah).Get(at, http.StatusOK)
	reader.Says("Worth talking about")
	reader.SaysNot("?paper=new", "you can key in")
	w.rd.Post(at+"/marks/officer?paper=mine", form(act.ID, "happens"), http.StatusForbidden)
	w.rd.As(w.Kit).Get(at+"/marks/member", http.StatusNotFound)

	w.rd.As(w.Tanners.Chair).Post(at+"/say", form("step", "finished"), http.StatusSeeOther)
	finished := w.rd.Get(at, http.StatusOK)
	finished.Says("Finished")
	finished.SaysNot(at + "/marks/chair")
	w.rd.Get(at+"/marks/chair", http.StatusConflict)
	w.rd.As(access.Actor{}).Post(link+"?as=officer", form("what", "write", act.ID, "happens"), http.StatusConflict)
}

// What was agreed: how it stands, when it is looked at again, and what of it waits for
// whom. Nothing is published before both sides agreed to the words.
func TestWhatWasAgreed(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx, a, today, every := t.Context(), w.Tanners.Area, w.Today(), w.everyKind()
	lease := w.begin(workshop.Agreement, every[workshop.Agreement].right)
	w.rd.Get(lease, http.StatusOK).Says("A lease", "In plain words. The paper itself can be added below.", "The paper itself")
	wrong := w.rd.Post(lease+"/questions/dates", form("review-day", "30", "review-month", "2", "review-year", "2027", "stands", "signed", "note", "The gate too"), http.StatusUnprocessableEntity)
	wrong.Says("Enter a date that exists", `value="30"`, `value="signed" checked`, "The gate too")
	w.write(lease, "terms", form("roles", "They cut, we plant"))
	w.write(lease, "dates", on(form("stands", "signed"), "review", today.AddDays(30)))
	w.rd.Get(lease, http.StatusOK).Says("Signed by both", "They cut, we plant", today.AddDays(30).Long())
	w.rd.Get(agreed, http.StatusOK).Says("Look again by " + today.AddDays(30).Long())
	w.same(agreed+".csv", lease, "The play area")
	waiting := func(by access.Actor) (all []string) {
		w.must(w.DB.Read(ctx, func(tx *db.Tx) error {
			todos, err := workshopweb.Waiting(ctx, tx, by, a, today)
			for _, one := range todos {
				all = append(all, one.Title)
			}
			return err
		}))
		return all
	}
	agreements := func() (found []workshopweb.AgreedWith) {
		w.must(w.DB.Read(ctx, func(tx *db.Tx) (err error) {
			found, err = workshopweb.Agreements(ctx, tx, a, w.parks, today)
			return err
		}))
		return found
	}
	if got := waiting(w.Tanners.Chair); !slices.Equal(got, []string{"Look again at “The play area”"}) {
		t.Errorf("what waits for the chair: got %q", got)
	}
	if got := waiting(w.Farah); len(got) != 0 {
		t.Errorf("what waits for the programme: got %q", got)
	}
	if got := agreements(); len(got) != 1 || got[0].Title != "The play area" || got[0].Href != lease || got[0].Soon != "Look again by "+today.AddDays(30).Long() || !strings.Contains(got[0].Detail, "Signed by both") {
		t.Errorf("for the page of the relationship: got %+v", got)
	}
	w.write(lease, "dates", on(form("stands", "ended"), "review", today.AddDays(30)))
	w.rd.Get(lease, http.StatusOK).Says("Over")
	if got := waiting(w.Tanners.Chair); len(got) != 0 {
		t.Errorf("one that is over waits for somebody: %q", got)
	}
	if got := agreements(); got[0].Soon != "" {
		t.Errorf("one that is over is to be talked of: %+v", got[0])
	}

	seat := w.begin(workshop.Seat, every[workshop.Seat].right)
	w.write(seat, "meaning", form("worth", "box", "after", "It goes on"))
	w.rd.Get(seat, http.StatusOK).Says("More for show", "It goes on", "Noted")
	w.rd.Get(seat+"/brief", http.StatusOK).SaysNot("More for show") // what we think of it is for us
	w.write(seat, "meaning", on(form("worth", "box"), "until", today))
	w.rd.Get(seat, http.StatusOK).Says("Over")

	credit := w.begin(workshop.Credit, every[workshop.Credit].right)
	w.rd.Get(credit, http.StatusOK).Says("Wait before publishing", "Invite the other side", "A sheet to brief colleagues", "We agree to these very words")
	w.rd.Get(credit+"/brief", http.StatusOK).Says("Do not publish them.", "Made by residents, with the council.")
	w.rd.Get(agreed, http.StatusOK).Says("Invite the other side")
	link := w.invite(credit)
	w.write(credit, "brief", form("what", "It opened", "residents", "They dug", "ask", "The chair, at the Hub"))
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).SaysNot("They dug")
	w.rd.As(w.Tanners.Chair)
	w.agree(credit)
	w.rd.Get(credit, http.StatusOK).SaysNot("We agree to these very words")
	w.rd.Get(credit+"/brief", http.StatusOK).Says("Do not publish them.")
	w.theySay(link, "agreed")
	w.rd.Get(credit, http.StatusOK).Says("Agreed by both")
	brief := w.rd.Get(credit+"/brief", http.StatusOK)
	brief.Says("Briefing: The opening", "They dug", "The chair, at the Hub", "It prints on one page.")
	brief.SaysNot("Do not publish them.")
	w.rd.Get(agreed, http.StatusOK).Says("Print a sheet for colleagues")
	w.same(agreed+".csv", credit, "The opening")
	w.rd.As(access.Actor{}).Get(link, http.StatusOK).Says("Signed off by both on "+w.Today().Long(), "Both can use these words now.")
	w.rd.As(w.Tanners.Chair)

	party := w.begin(workshop.Celebration, every[workshop.Celebration].right)
	w.write(party, "told", form("who", "All with a spade"))
	w.rd.Get(party, http.StatusOK).Says("All with a spade", "Posters; A stall at the shops", "Add a photo of it")
	for _, one := range []string{lease, seat, party} {
		w.rd.Get(one+"/invite", http.StatusNotFound)
		w.rd.Post(one+"/officers", form("open", "yes"), http.StatusConflict)
	}
}

// What was taken on waits for chair and worker two weeks ahead, and for nobody while
// the area is closed or once it is done.
func TestWhatWasTakenOnWaits(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx, a, today := t.Context(), w.Tanners.Area, w.Today()
	at := w.begin(workshop.Check, on(form("council", "Blackbrook Council"), "on", today))
	w.write(at, "actions", on(form("what", "Walk the path", "who", "Sam"), "by", today.AddDays(14)))
	w.write(at, "actions", on(form("what", "Write a leaflet", "who", "Sam"), "by", today.AddDays(15)))
	w.write(at, "actions", form("what", "Think", "who", "All"))
	member, err := w.Hat(ctx, w.Kit.Person, access.Member, access.InArea, string(a.ID))
	w.must(err)
	for who, want := range map[*access.Actor]int{&w.Tanners.Chair: 1, &member: 0, &w.Millbrook.Chair: 0} {
		w.must(w.DB.Read(ctx, func(tx *db.Tx) error {
			todos, err := workshopweb.Waiting(ctx, tx, *who, a, today)
			if len(todos) != want || want == 1 && (todos[0].Title != "Walk the path" || todos[0].Action.Href != at+"/done") {
				t.Errorf("for %s in the hat %s: got %+v", who.Name, who.Hat.Role, todos)
			}
			return err
		}))
	}
	w.rd.Get(at+"/done", http.StatusOK).Says("Walk the path", "Write a leaflet", "Think")
	w.rd.Post(at+"/done", on(form("what", "Walk the path", "what", "Write a leaflet", "what", "Think"), "on", today), http.StatusSeeOther)
	w.rd.Get(at+"/done", http.StatusConflict).Says("All that was taken on is done.")
}

// An officer with an account sees what their body is asked, answers it, and nothing
// else; it is there for no officer of another body, and for nobody once it is taken
// back.
func TestAnOfficersPages(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx := t.Context()
	var officer, stranger access.Actor
	w.must(w.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if officer, err = w.PersonIn(ctx, tx, "Jas", access.AgencyOfficer, access.InOrganisation, string(w.body.ID)); err != nil {
			return err
		}
		stranger, err = w.PersonIn(ctx, tx, "Lee", access.AgencyOfficer, access.InOrganisation, string(w.Millbrook.LTO.ID))
		return err
	}))
	at := w.begin(workshop.Scores, on(form("relationship", string(w.parks)), "on", w.Today()))
	w.write(at, "marks", marks("4", "helps", "Our ownwords"))
	theirs := "/organisations/" + w.body.Slug + "/together" + at[strings.LastIndex(at, "/"):]
	asked := func() (titles []string) {
		w.must(w.DB.Read(ctx, func(tx *db.Tx) error {
			all, err := workshopweb.AskedOfOfficers(ctx, tx, w.body)
			for _, one := range all {
				titles = append(titles, one.Link.Text+" "+one.Link.Href)
			}
			return err
		}))
		return titles
	}
	w.rd.As(officer).Get(theirs, http.StatusNotFound)
	if got := asked(); len(got) != 0 {
		t.Errorf("nobody asked them, and they are asked %q", got)
	}
	w.rd.As(w.Tanners.Chair).Post(at+"/officers", form("open", "perhaps"), http.StatusUnprocessableEntity)
	w.rd.Post(at+"/officers", form("open", "yes"), http.StatusSeeOther)
	w.rd.Get(at, http.StatusOK).Says("Their officers who have an account can take part.", "Stop asking their officers")
	if got := asked(); len(got) != 1 || got[0] != "How well do we work together? (Tanners Reach) "+theirs {
		t.Errorf("what officers are asked: got %q", got)
	}
	page := w.rd.As(officer).Get(theirs, http.StatusOK)
	page.Says("Tanners Reach asks officers of Blackbrook Council.", "Shared with you", "What you say here is said for all of you.")
	page.SaysNot("Our ownwords", "you need no account")
	some := marks("2", "what", "write", "helps", "Tea & cake")
	some.Del("trust")
	w.rd.Post(theirs, some, http.StatusUnprocessableEntity).Says("Error: ", "Choose one", "Tea &amp; cake")
	w.rd.Post(theirs, marks("2", "what", "write", "helps", "Theirwords"), http.StatusSeeOther)
	w.rd.Post(theirs, form("what", "agreed"), http.StatusSeeOther)
	w.rd.Get(at, http.StatusNotFound)
	for _, by := range []access.Actor{stranger, w.Tanners.Chair, w.Farah} {
		w.rd.As(by).Get(theirs, http.StatusNotFound)
		w.rd.Post(theirs, form("what", "agreed"), http.StatusNotFound)
	}
	w.rd.As(access.Actor{}).Get(theirs, http.StatusSeeOther)
	w.rd.As(w.Tanners.Chair).Post(at+"/say", form("step", "agreed"), http.StatusSeeOther)
	w.rd.As(officer).Get(theirs, http.StatusOK).Says("Tanners Reach says", "Our ownwords", "Theirwords")
	w.rd.As(w.Tanners.Chair).Post(at+"/officers", form("open", "no"), http.StatusSeeOther)
	w.rd.As(officer).Get(theirs, http.StatusNotFound)
	w.rd.Post(theirs, form("what", "agreed"), http.StatusNotFound)
	if got := asked(); len(got) != 0 {
		t.Errorf("it was taken back, and they are asked %q", got)
	}
	w.rd.As(w.Tanners.Chair).Get(at, http.StatusOK).Says("Theirwords") // what they said stays
}

// A form that is sent twice counts once.
func TestSentTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	w := open(t)
	sent := w.everyKind()[workshop.Celebration].right
	sent.Set("form", w.rd.Site.NewForm())
	first := w.begin(workshop.Celebration, maps.Clone(sent))
	if second := w.begin(workshop.Celebration, maps.Clone(sent)); second != first {
		t.Errorf("sent twice there are two: %s and %s", first, second)
	}
	if n := strings.Count(w.rd.Get(agreed, http.StatusOK).HTML, ">A lantern walk<"); n != 1 {
		t.Errorf("it stands %d times in the list", n)
	}
}
