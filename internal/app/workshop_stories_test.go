package app

import (
	"bytes"
	"image"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// here is where a form leads that is sent to the page it stands on.
func (b *browser) here() string { return b.path[strings.LastIndex(b.path, "/"):] }

// The workshop on paper: printed sheets with rings, shapes and four questions at a
// time; effectiveness before the map; a photo of the wall; all keyed in afterwards
// in the same words, new faces taken into the register, and it stays.
func TestTheWorkshopOnPaper(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		worker := h.as("worker")
		worker.opens(reach + "/together")
		worker.sees(200, "How we work together", "Afternoons with the map")
		worker.follows("The workshop on paper")
		worker.sees(200, "Print this page on A3", "Who we work with: Tanners Reach", "Our two signs:", "Shapes to cut out, and what they mean", "Not started yet: draw only the edge of the shape",
			"Which two matter most to you?", "One that goes well", "One to work on", "☐ We trust each other")
		sheets := strings.Split(worker.page, `class="a3`)
		if len(sheets) != 10 { // what is before, the rings, the shapes, and the seven parts
			t.Errorf("%d sheets are printed, want the rings, the shapes and one for each of seven parts", len(sheets)-1)
		}
		for _, sheet := range sheets[3:] {
			asked, _, _ := strings.Cut(sheet, "</ol>")
			if n := strings.Count(asked, "<li> <b>") + strings.Count(asked, "<li><b>"); n == 0 || n > 4 {
				t.Errorf("%d questions are on one sheet, want four at most: %s", n, words(asked))
			}
		}
		if first, second := strings.Index(worker.page, "What makes it work"), strings.Index(worker.page, "The map of all of them"); first < 0 || second < first {
			t.Error("the map comes before what makes it work")
		}

		worker.opens(reach + "/together")
		worker.follows("Hold a mapping workshop")
		worker.sends("/begin/workshop", day(url.Values{"where": {"The Hub"}, "how": {"paper"}}, "held", "2026", "10", "10"))
		worker.sees(422, "Write a few words here")
		if !strings.Contains(worker.page, `value="The Hub"`) || !strings.Contains(worker.page, `value="2026"`) {
			t.Error("what was typed is lost")
		}
		worker.sends("/begin/workshop", day(url.Values{"where": {"The Hub"}, "how": {"paper"}, "who": {"Denise, chair\nSam, worker\nYusuf, member\nKaren, council parks team"}}, "held", "2026", "10", "10"))
		worker.sees(200, "Our map, 10 October 2026", "On paper, and keyed in later", "For us alone", "Say first what makes a relationship work.")
		page := worker.path
		worker.opens(page + "/questions/map")
		worker.sends(worker.here(), url.Values{"name": {"The food bank"}, "shape": {"group"}, "ring": {"close"}})
		worker.sees(409, "Say first what makes a relationship work. The map comes after that")
		worker.opens(page + "/questions/criteria")
		worker.sends(worker.here(), url.Values{"two": {"trust"}})
		worker.sees(422, "Choose two, no more and no fewer")
		worker.sends(worker.here(), url.Values{"two": {"trust", "own"}, "own": {"We sing together"}})
		worker.sees(200, "Saved: what makes it work.", "We trust each other; One of our own")

		worker.opens(page)
		worker.attachesAs("files", "/files", nil, map[string][]byte{"wall.exe": []byte("MZ\x90\x00 nothing that anybody can look at")})
		worker.sees(422, "wall.exe")
		var wall bytes.Buffer
		if err := png.Encode(&wall, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
			t.Fatal(err)
		}
		worker.attachesAs("files", "/files", nil, map[string][]byte{"wall.png": wall.Bytes()})
		worker.sees(200, "Added.", "wall.png")

		worker.opens(page + "/questions/map")
		for _, one := range []url.Values{
			{"name": {"The food bank"}, "shape": {"group"}, "tie": {"friend"}, "ring": {"close"}},
			{"name": {"Night bus company"}, "shape": {"other"}, "ring": {"not-yet"}},
			{"name": {"Mosque on Elm Street"}, "shape": {"other"}, "tie": {"friend", "touch"}, "ring": {"regular"}},
		} {
			one.Set("form", "on the map: "+one.Get("name")) // the forms that take something off stand before it
			worker.keep(worker.http.PostForm(worker.base+page+"/questions/map", one))
			worker.sees(200, "“"+one.Get("name")+"” is on the list. Add the next, or go back.")
		}
		worker.opens(page)
		worker.sees(200, "The same as a list", "Night bus company", "Mosque on Elm Street", "A friend; Just in touch", "New faces on this map")
		if strings.Count(worker.page, "<svg") == 0 || !strings.Contains(worker.page, "Night bus company") {
			t.Error("the map is not drawn")
		}
		for _, part := range []url.Values{{"part": {"good"}, "which": {"The food bank"}}, {"part": {"develop"}, "which": {"Night bus company"}}} {
			name := part.Get("part")
			part.Del("part")
			part.Set("first", "We can say what we do not know.")
			worker.opens(page + "/questions/" + name)
			worker.sees(200, "“We trust each other”: how is that?", "“We sing together”: how is that?")
			worker.sends("/"+name, part)
			worker.sees(200, "Saved:")
		}
		worker.opens(page + "/questions/actions")
		worker.sends("/actions", day(url.Values{"what": {"Ask the bus company to tea"}, "who": {"Yusuf"}}, "by", "2026", "11", "20"))
		worker.opens(page)
		worker.sees(200, "Ask the bus company to tea", "20 November 2026")

		worker.sends("/register", url.Values{"names": {"Night bus company"}})
		worker.sees(200, "They are in the register now.", "New faces on this map", "Mosque on Elm Street")
		worker.opens(reach + "/relationships")
		worker.sees(200, "Night bus company")
		worker.doesNotSee("Mosque on Elm Street")

		worker.opens(page)
		worker.sends("/say", url.Values{"step": {"finished"}})
		worker.sees(200, "Finished. It stays as it is.")
		worker.doesNotSee("Change this")
		worker.follows("Tick off what is done")
		worker.sends("/done", day(url.Values{}, "on", "2026", "10", "14"))
		worker.sees(422, "Tick what is done")
		worker.sends("/done", day(url.Values{"what": {"Ask the bus company to tea"}, "words": {"They brought cake"}}, "on", "2026", "10", "14"))
		worker.sees(200, "Ticked off.", "Done 14 October 2026", "They brought cake")
		worker.opens(page + "/done")
		worker.sees(409, "All that was taken on is done.")
		worker.opens(page + "/questions/criteria")
		worker.sees(409, "This is finished, and stays as it is.")
		worker.opens(page)
		worker.follows("Beside the one before")
		worker.sees(200, "Then and now", "Looked at with: We trust each other, and We sing together.", "Not on it")

		// It is the partnership's alone until it says otherwise.
		programme := h.as("programme-officer")
		for _, path := range []string{page, page + "/compare"} {
			programme.opens(path)
			programme.sees(404)
		}
		programme.opens(reach + "/together.csv")
		programme.doesNotSee("We sing together", "Night bus company")
		worker.opens(page)
		file := regexp.MustCompile(page + `/files/[0-9a-f]+`).FindString(worker.page)
		worker.opens(file)
		worker.sees(200)
		programme.opens(file)
		programme.sees(404)
		resident := h.as("resident")
		resident.opens(page)
		resident.sees(404)
	})
}

// Both sides opt in to a talk, the officer under an account of their own: mainly two
// each, a question bank, a summary in words that both approve, and a second round.
func TestBothSidesWantATalk(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		chair, jas := h.as("chair"), h.as("agency-officer")
		jas.sees(200, "What you took part in", "How well do we work together? (Tanners Reach)", "Nothing is asked of you.", "Each side sees how the other marked it.")
		jas.doesNotSee("You are asked to take part")
		jas.follows("How well do we work together? (Tanners Reach)")
		jas.sees(200, "Tanners Reach says", "You say", "We trust each other", "You say: what helps", "Residents answer the phone.")
		jas.doesNotSee("We say", "They say")
		chair.opens(reach + "/together")
		chair.follows("Ask for a talk")
		with := regexp.MustCompile(`(?s)<option value="([0-9a-f]+)"[^>]*>\s*Borough council: parks team`).FindStringSubmatch(chair.page)[1]
		chair.sends("/begin/conversation", url.Values{"why": {"The grass, and who cuts it"}})
		chair.sees(422, "Choose whom it is with", "The grass, and who cuts it")
		chair.sends("/begin/conversation", url.Values{"relationship": {with}, "why": {"The grass, and who cuts it"}, "facilitator": {"Ruth, of the volunteer centre"}, "prepares": {"Priya, our adviser"}})
		chair.sees(200, "A talk with Borough council: parks team", "Do both want this talk? We said: not said yet. They said: not said yet.")
		page := chair.path
		chair.opens(page + "/questions/plan")
		chair.sends("/plan", url.Values{"people": {"Denise"}, "will": {"The grass"}})
		chair.sees(409, "Both sides say first that they want this talk.")

		chair.opens(page)
		theirs := "/organisations/" + strings.Split(jas.path, "/")[2] + "/together" + page[strings.LastIndex(page, "/"):]
		jas.opens(theirs)
		jas.sees(404) // nobody asked them yet
		chair.sends("/officers", url.Values{"open": {"yes"}})
		chair.sees(200, "Their officers who have an account are asked.", "Their officers who have an account can take part.")
		list := strings.Join(strings.Split(theirs, "/")[:3], "/") + "/relationships"
		jas.opens(list)
		jas.sees(200, "You are asked to take part")
		jas.follows("A talk with Tanners Reach")
		jas.sees(200, "Tanners Reach asks officers of", "The grass, and who cuts it", "Ruth, of the volunteer centre", "You may say “not now”", "Yes, we want this talk")
		jas.doesNotSee("Priya, our adviser", "you need no account")
		jas.says(url.Values{"what": {"agreed"}, "seen": {""}})
		jas.sees(409, "Both sides say first that they want this talk.")
		jas.opens(theirs)
		jas.says(url.Values{"what": {"not now"}})
		jas.sees(200, "You said not now, and that is all that they are told.")
		chair.opens(page)
		chair.sees(200, "They said: not now.")
		chair.sends("/say", url.Values{"step": {"yes"}, "seen": {""}})
		chair.sees(200, "We said yes.")
		jas.opens(theirs)
		jas.says(url.Values{"what": {"yes"}})
		jas.sees(200, "Thank you: you said yes.")

		chair.opens(page)
		chair.sees(200, "We said: yes. They said: yes.")
		chair.opens(page + "/questions/plan")
		chair.sees(200, "Which questions do you begin from?", "What cannot wait?", "What won’t you talk about?")
		chair.sends("/plan", url.Values{"people": {"Denise\nYusuf\nA cousin"}, "theirs": {"Jas"}, "will": {"The grass"}, "wont": {"The complaint of last year"}, "questions": {"q3", "q5"}})
		chair.sees(200, "That is 3 from our side and 1 from theirs. Mainly two from each side say more to each other.")
		jas.opens(theirs)
		jas.sees(200, "The complaint of last year", "What cannot wait?")
		chair.opens(page + "/questions/talk")
		chair.sends("/talk", url.Values{"challenges": {"Two posts are gone"}, "opportunities": {"Residents would mow the bank"}})
		chair.opens(page + "/questions/actions")
		chair.sends("/actions", url.Values{"what": {"Lend us a mower"}, "who": {"Jas"}})
		jas.opens(theirs)
		jas.doesNotSee("Two posts are gone", "Lend us a mower") // they see what both agree to, and no notes of ours
		chair.opens(page + "/questions/summary")
		chair.sends("/summary", url.Values{"words": {"We mow the bank, the council lends a mower."}})
		chair.opens(page)
		chair.sees(200, "Neither side has agreed to the summary yet.")
		chair.sends("/say", url.Values{"step": {"agreed"}})
		chair.sees(200, "We agree to the summary. They have not said so yet.")
		jas.opens(theirs)
		jas.sees(200, "We mow the bank, the council lends a mower.", "We agree to these very words")
		stale := strings.Clone(jas.page)
		chair.opens(page + "/questions/summary")
		chair.sends("/summary", url.Values{"words": {"We mow the bank, the council lends two mowers."}})
		chair.opens(page)
		chair.sees(200, "Neither side has agreed to the summary yet.")
		jas.page = stale
		jas.says(url.Values{"what": {"agreed"}})
		jas.sees(409, "The words were changed while you read them. Read them again first.")
		jas.opens(theirs)
		jas.says(url.Values{"what": {"agreed"}})
		jas.sees(200, "Thank you: you agreed.", "You agreed")
		chair.opens(page)
		chair.sends("/say", url.Values{"step": {"agreed"}})
		chair.sees(200, "Agreed by both", "Both sides agreed to these words: Tanners Reach and ")
		jas.opens(theirs)
		jas.sees(200, "Both sides agreed to these words: Tanners Reach and ", "They stay as they are.", "two mowers")
		jas.opens(list)
		jas.sees(200, "What you took part in", "A talk with Tanners Reach", "Both sides agreed to: “We mow the bank, the council lends two mowers.”")
		jas.doesNotSee("You are asked to take part")
		jas.opens(list + ".csv")
		jas.sees(200, "A talk with Tanners Reach,\"It is over. Both sides agreed to: “We mow the bank")
		jas.opens(theirs)
		chair.opens(page + "/questions/summary")
		chair.sees(409, "This is finished, and stays as it is.")

		chair.opens(page)
		chair.sends("/again", nil)
		chair.sees(200, "A second talk is begun. Both sides are asked again.", "A second talk with Borough council: parks team", "They said: not said yet.")
		second := chair.path
		jas.opens(theirs[:strings.LastIndex(theirs, "/")] + second[strings.LastIndex(second, "/"):])
		jas.sees(404) // the second is asked for by itself
		chair.keep(chair.http.PostForm(chair.base+second+"/again", url.Values{"form": {"a third, too early"}}))
		chair.sees(409, "goes on from one whose summary both sides agreed to")

		// Taken back, an officer sees it no more, and can say nothing; what was said stays.
		jas.opens(theirs)
		chair.opens(page)
		chair.sends("/officers", url.Values{"open": {"no"}})
		chair.sees(200, "Their officers see it no more. What they said stays.", "Agreed by both")
		jas.opens(theirs)
		jas.sees(404)
		jas.opens(page)
		jas.sees(404)
		jas.opens(list)
		jas.doesNotSee("A talk with Tanners Reach")
		rep := h.as("rep")
		rep.opens(page)
		rep.sees(200, "two mowers")
		rep.doesNotSee("Ask their officers who have an account")
	})
}

// says sends what stands beside the button of an officer's page.
func (b *browser) says(fields url.Values) {
	b.t.Helper()
	for _, f := range form.FindAllStringSubmatch(b.page, -1) {
		if strings.Contains(f[2], `value="`+fields.Get("what")+`"`) {
			seen := regexp.MustCompile(`name="seen" value="([^"]*)"`).FindStringSubmatch(f[2])
			key := regexp.MustCompile(`name="form" value="([^"]*)"`).FindStringSubmatch(f[2])
			fields.Set("seen", seen[1])
			fields.Set("form", key[1])
		}
	}
	if fields.Get("form") == "" {
		fields.Set("form", "said without a button: "+fields.Get("what"))
	}
	b.keep(b.http.PostForm(b.base+b.path, fields))
}
