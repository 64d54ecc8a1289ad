package app

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/demo"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

const reach = "/areas/tanners-reach"

// The worker leaves: what hangs on her is seen in time, and somebody else holds it.
func TestTheWorkerLeaves(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		chair, outside := h.as("chair"), h.as("lto-finance")
		chair.opens(reach)
		chair.sees(200, "Two relationships are going quiet", "Healthy Living Team")
		chair.follows("Relationships")
		chair.sees(200, "Thirteen organisations.", "Three rest on one person. If Aneela, Tom or Sam stepped back, we would lose touch.", "Two are going quiet.", "Two we would like to start.")
		chair.follows("Who holds what")
		chair.follows("Sam Webb")
		chair.sees(200, "If Sam Webb stepped back", "We would lose touch with one organisation. It is no fault of anybody", "Healthy Living Team")
		chair.follows("Find a second person")
		chair.sends("/holders", day(url.Values{"side": {"ours"}, "name": {"Leroy Grant"}, "role": {"resident"}}, "from", "2026", "10", "14"))
		chair.sees(200, "They are added.", "Leroy Grant")
		chair.follows("Begin a handover")
		chair.sends("/handover", day(url.Values{"side": {"ours"}, "why": {"leaving"}, "who": {""}}, "by", "2026", "11", "30"))
		chair.sees(422, "Enter who leaves or is away")
		chair.sends("/handover", day(url.Values{"side": {"ours"}, "why": {"leaving"}, "who": {"Sam Webb"}, "to_whom": {"Leroy Grant"}}, "by", "2026", "11", "30"))
		chair.sees(200, "The handover is open.", "From Sam Webb to Leroy Grant, by 30 November 2026. 0 of 5 steps are done.", "Sam Webb writes down what is half finished")
		chair.sends(chair.path[strings.LastIndex(chair.path, "/"):], day(url.Values{"done": {"1", "2"}}, "on", "2026", "10", "14"))
		chair.sees(200, "That is noted.", "Done: Leroy Grant reads this page and what we agreed", "To do: Leroy Grant meets them")
		chair.follows("They leave : Sam Webb")
		chair.sends(chair.path[strings.LastIndex(chair.path, "/"):], day(url.Values{"next_name": {"Leroy Grant"}}, "until", "2026", "12", "1"))
		chair.sees(200, "Sam Webb leaves on 30 November 2026.", "From Sam Webb to Leroy Grant: two of five steps are done.")
		chair.opens(reach + "/who-holds-what.csv")
		if strings.Contains(chair.page, "Sam Webb,worker,ours,Healthy") {
			t.Errorf("it still hangs on Sam alone:\n%s", chair.page)
		}
		outside.opens(reach + "/relationships")
		outside.sees(200, "Borough council: parks team")
		outside.doesNotSee("Brightwell Homes (holds our money)") // that is themselves
	})
}

// A new highways officer: a handover with a walkabout and a pack to print, in which
// nothing stands that was said in confidence.
func TestANewHighwaysOfficer(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		worker := h.as("worker")
		worker.opens(reach + "/relationships")
		worker.follows("Borough council: highways")
		worker.sees(200, "Ruth has gone. Ian did not know that we exist.", "in confidence", "Only one of us knows them", "We came to know them through Borough council: parks team")
		page := worker.path
		worker.follows("Begin a handover")
		worker.sends("/handover", day(day(url.Values{"side": {"theirs"}, "why": {"new"}, "to_whom": {"Noor Aziz"}, "walk_with": {"Tom Pearce"}}, "by", "2026", "11", "20"), "walk_on", "2026", "11", "5"))
		worker.sees(200, "A walkabout with residents", "Tom Pearce, 5 November 2026")
		worker.opens(page)
		worker.sees(200, "5 November 2026 (planned)", "To Noor Aziz, by 20 November 2026")
		worker.follows("Print for a handover")
		worker.sees(200, "Handover pack: Borough council: highways", "The crossing at Elm Street is on a list.", "Say which list the crossing is on")
		worker.doesNotSee("Ian did not know that we exist")
		worker.follows("Put in the notes that are in confidence too")
		worker.sees(200, "Ian did not know that we exist")
		rep := h.as("rep")
		rep.opens(page)
		rep.sees(200, "The crossing at Elm Street is on a list.")
		rep.doesNotSee("Ian did not know that we exist", "Begin a handover")
		rep.opens(page + "/pack?with=confidence")
		rep.doesNotSee("Ian did not know that we exist")
		rep.opens(page + "/notes")
		rep.sees(403)
		resident := h.as("resident")
		for _, path := range []string{page, page + "/pack", page + "/timeline.csv", reach + "/relationships.csv", reach + "/promises", page + "/notes"} {
			resident.opens(path)
			resident.sees(404)
		}
	})
}

// The councillor's promise: noted, asked after with a friendly word, moved with an
// honest reason, kept.
func TestTheCouncillorsPromise(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		chair := h.as("chair")
		chair.opens(reach + "/promises")
		chair.follows("Ask who owns the steps")
		chair.sends(chair.path[strings.LastIndex(chair.path, "/"):], day(url.Values{"what": {"moved"}}, "on", "2026", "10", "14"))
		chair.sees(422, "Say honestly why", "Enter the new day, which is to come")
		fields := day(url.Values{"what": {"moved"}, "words": {"The land register is slow"}}, "on", "2026", "10", "14")
		chair.sends(chair.path[strings.LastIndex(chair.path, "/"):], day(fields, "due_on", "2026", "11", "30"))
		chair.sees(200, "That is noted.", "by 30 November 2026", "Moved to 30 November 2026: The land register is slow")
		chair.follows("What became of it? Ask who owns the steps")
		chair.sends(chair.path[strings.LastIndex(chair.path, "/"):], day(url.Values{"what": {"kept"}}, "on", "2026", "10", "14"))
		chair.sees(200, "Done 14 October 2026")
		chair.doesNotSee("late", "overdue", "broke")

		resident := h.as("resident")
		resident.opens(reach)
		resident.follows("Ask, or see what became of it")
		resident.sees(200, "Who mends the steps by the baths?", "With Borough council: highways")
		resident.doesNotSee("bins behind the shops") // that is somebody else's
		resident.follows("Ask something")
		resident.sends("/new", url.Values{"kind": {"question"}, "what": {""}})
		resident.sees(422, "Say what you want to know")
		resident.sends("/new", url.Values{"kind": {"question"}, "what": {"May we plant under the trees?"}})
		resident.sees(200, "We have it.", "With us: find out whose it is")
		question := resident.path
		chair.opens(question + "/step")
		chair.sends("/step", day(url.Values{"what": {"told"}}, "on", "2026", "10", "14"))
		chair.sees(422, "Note first what the answer is")
		chair.sends("/step", day(url.Values{"what": {"answered"}, "words": {"Yes, says the parks team"}}, "on", "2026", "10", "14"))
		chair.sees(200, "Answered: tell who asked")
		resident.opens(question)
		resident.sees(200, "Yes, says the parks team")
		h.as("member").opens(reach)
	})
}

// An officer's share link: exactly what was chosen; they may say that a promise is
// done and that somebody leaves; taken back it opens nothing, at once. With an
// account it is the same.
func TestAnOfficersShareLink(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		worker, officer := h.as("worker"), h.nobody()
		worker.opens(reach + "/relationships")
		worker.follows("Borough council: parks team")
		page := worker.path
		worker.follows("Share with an officer")
		worker.sends("/share", day(url.Values{"for_whom": {"Jo Lane, parks team"}}, "until", "2026", "12", "31"))
		worker.sees(422, "Choose what they can see")
		worker.sends("/share", day(url.Values{"for_whom": {"Jo Lane, parks team"}, "contents": {"promises", "timeline"}}, "until", "2026", "12", "31"))
		worker.sees(200, "The link for Jo Lane, parks team")
		link := regexp.MustCompile(`/shared/[\w-]{43}`).FindString(worker.page)
		officer.opens(link)
		officer.sees(200, "Send grass cutting dates", "Council cuts: one of three posts is gone.", "Over the last year: Council parks did 7 of 9 on time")
		officer.doesNotSee("The newspaper thanked the council alone", "Round the estate with Karen", "Sam Webb writes", "Powerful ally", "Plan or run projects", "Yusuf Rahman", "Planned and paid for by residents", "Over the last year: 2 times")
		if strings.Contains(officer.page, link) {
			t.Error("the page has its own address")
		}
		says := func(fields url.Values) {
			t.Helper()
			fields.Set("form", "an officer’s "+fields.Get("act")+fields.Get("name"))
			officer.keep(officer.http.PostForm(officer.base+link, fields))
		}
		promise := regexp.MustCompile(`name="promise" value="([0-9a-f]+)"`).FindStringSubmatch(officer.page)[1]
		says(url.Values{"act": {"kept"}, "promise": {promise}})
		officer.sees(422, "Enter your name")
		says(url.Values{"act": {"promised"}, "promise": {promise}, "name": {"Jo Lane"}})
		officer.sees(200, "It is noted that you confirmed this.")
		late := regexp.MustCompile(`name="words-([0-9a-f]+)"`)
		officer.opens(link)
		officer.sees(200, "Jo Lane confirmed it in writing on 14 October 2026", "It is later than you said. Why?")
		promise = late.FindStringSubmatch(officer.page)[1]
		says(url.Values{"act": {"kept"}, "promise": {promise}, "name": {"Jo Lane "}})
		officer.sees(422, "It was done later than was said. Say honestly why")
		says(url.Values{"act": {"kept"}, "promise": {promise}, "name": {"Jo  Lane"}, "words-" + promise: {"The mower was away for repair"}})
		officer.sees(200, "Thank you. It is noted that this is done.")
		says(url.Values{"act": {"confirm"}, "handover": {"x"}, "name": {"Jo Lane"}}) // which was not chosen
		officer.sees(404)
		says(day(url.Values{"act": {"notice"}, "who": {"Pat Moss"}, "next": {"Kit Ash"}, "name": {"Jo Lane"}}, "on", "2026", "11", "6"))
		officer.sees(200, "Thank you for telling the partnership in good time.")
		worker.opens(page)
		worker.sees(200, "The mower was away for repair", "Jo Lane gave notice: Pat Moss leaves on 6 November 2026. Kit Ash takes over.", "Jo Lane, parks team")
		officer.opens(link) // what one officer tells us is for us
		officer.doesNotSee("Pat Moss")
		worker.opens(reach)
		worker.opens(reach + "/changes")
		worker.sees(200, "Jo Lane gave notice:", "Pat Moss leaves on 6 November 2026. Kit Ash takes over.")
		worker.opens(page)
		worker.follows("Begin a handover")
		if !strings.Contains(worker.page, `value="Pat Moss"`) || !strings.Contains(worker.page, `value="Kit Ash"`) {
			t.Error("the handover does not begin with whom notice was given of")
		}
		worker.opens(reach + "/shares")
		for _, f := range regexp.MustCompile(`/shares/[0-9a-f]+/end`).FindAllString(worker.page, -1) {
			worker.opens(reach + "/shares")
			if i := strings.Index(worker.page, f); strings.Contains(worker.page[max(0, i-2500):i], "Jo Lane") {
				worker.sends(f, nil)
			}
		}
		officer.opens(link)
		officer.sees(404)
		says(url.Values{"act": {"kept"}, "promise": {promise}, "name": {"Jo again"}})
		officer.sees(404)

		jas := h.as("agency-officer")
		jas.sees(200, "What partnerships share with you", "Borough council: parks team")
		jas.goesTo(`/relationships/[0-9a-f]+$`)
		jas.sees(200, "Working with Tanners Reach", "I have what I need", "Words that both sides approved", "Planned and paid for by residents of Tanners Reach")
		jas.doesNotSee("The newspaper thanked the council alone", "Round the estate with Karen", "Not used:", "Pat Moss")
		theirPage := jas.path
		jas.opens(theirPage[:strings.LastIndex(theirPage, "/")] + ".csv")
		jas.sees(200, "Tanners Reach,Borough council: parks team,", "Words that both sides approved", "How well do we work together?")
		jas.opens(theirPage)
		handover := regexp.MustCompile(`name="handover" value="([0-9a-f]+)"`).FindStringSubmatch(jas.page)[1]
		jas.keep(jas.http.PostForm(jas.base+jas.path, url.Values{"form": {"jas"}, "act": {"confirm"}, "handover": {handover}}))
		jas.sees(200, "It is noted that you have what you need.", "Jas Gill told us on")
		theirs := jas.path
		jas.opens(page)
		jas.sees(404)

		// A colleague of the same council sees what was chosen for him alone; the page
		// tells who sees what, since when, and who chose it; what is chosen holds at once.
		ian := h.as("agency-officer-2")
		ian.sees(200, "What partnerships share with you", "Borough council: highways")
		ian.doesNotSee("Borough council: parks team")
		ian.opens(theirs)
		ian.sees(404)
		worker.opens(page)
		worker.sees(200, "For one of them something else is chosen.")
		worker.follows("Who sees what, one by one")
		worker.sees(200, "Every officer of", "Ian Cole", "Jas Gill", "What every officer does: what it is for", "Sam Webb", "No link and no account", "Karen Whitfield", "Jo Lane, parks team", "Chosen by")
		shown := worker.path
		worker.goesTo("/officers/[0-9a-f]+$")
		worker.sees(200, "What can Ian Cole see?", "Something else, chosen for them alone")
		one := worker.path
		worker.sends(one, url.Values{"own": {"yes"}})
		worker.sees(422, "Tick what they can see, or “Nothing”")
		worker.sends(one, day(url.Values{"own": {"yes"}, "contents": {"timeline"}}, "until", "2026", "13", "1"))
		worker.sees(422)
		worker.sends(one, day(url.Values{"own": {"yes"}, "contents": {"timeline"}}, "until", "2026", "12", "1"))
		worker.sees(200, "That is noted.", "The story so far", "1 December 2026", "Before")
		worker.opens(shown + ".csv")
		worker.sees(200, "now,Ian Cole,,With an account,The story so far,2026-10-14,2026-12-01,Sam Webb", "before,Ian Cole,,With an account,Nothing,", "now,Karen Whitfield,parks manager,No link and no account,Nothing")
		ian.opens(theirs)
		ian.sees(200, "The story", "Council cuts: one of three posts is gone.")
		ian.doesNotSee("Planned and paid for by residents", "I have what I need", "Send grass cutting dates")
		h.as("resident").opens(shown)
		ian.opens(shown)
		ian.sees(404)

		worker.opens(page + "/officers")
		worker.sends("/officers", url.Values{"contents": {"nothing"}})
		worker.opens(page)
		worker.sees(200, "Their officers who have an account see: Nothing. For one of them something else is chosen.")
		jas.opens(theirs)
		jas.sees(404)
		ian.opens(theirs)
		ian.sees(200, "Council cuts: one of three posts is gone.")
		worker.opens(page + "/details") // what ends if it goes on with another is told beforehand
		worker.sees(200, "If it goes on with another organisation", "see it no more, at once", "End these links too", "Jas Gill, parks team")
		worker.opens(page + "/merge")
		worker.sees(200, "What ends, and what stays", "End these links too", "Jas Gill, parks team")
	})
}

// What is to come: somebody of ours is away, there is an election, an officer tells that
// they are away. Each stands where it matters, and leads to a handover with what is
// known of it, or to that nothing is needed.
func TestAwayElectedAndNew(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		worker := h.as("worker")
		worker.opens(reach)
		worker.sees(200, "changes among those we work with")
		worker.opens(reach + "/relationships")
		worker.follows("Changes")
		worker.sees(200, "Tom Pearce is away from 2 November 2026 to 13 December 2026.", "There is an election on 6 May 2027.", "Peter Lunn gave notice:", "The deputy clerk stands in for them.", "Handovers that are open", "From Karen Whitfield to Jas Gill")
		worker.follows("Note a change")
		worker.sends("/new", day(url.Values{"why": {"absence"}, "side": {"ours"}}, "from", "2026", "10", "20"))
		worker.sees(422, "Enter who is away")
		worker.sends("/new", day(day(url.Values{"why": {"absence"}, "side": {"ours"}, "who": {"Nobody At All"}}, "from", "2026", "10", "20"), "until", "2026", "10", "19"))
		worker.sees(422, "Tick with whom it changes", "Enter a later day than the first")
		if !strings.Contains(worker.page, `value="Nobody At All"`) {
			t.Error("what was typed is lost")
		}
		worker.opens(reach + "/who-holds-what")
		worker.follows("Aneela Hussain")
		worker.follows("Aneela is away for a while")
		if !strings.Contains(worker.page, `value="Aneela Hussain"`) {
			t.Error("the form does not begin with who is away")
		}
		worker.sends("/new", day(day(url.Values{"why": {"absence"}, "side": {"ours"}, "who": {"Aneela Hussain"}, "cover": {"Maggie Doyle"}}, "from", "2026", "10", "14"), "until", "2026", "11", "2"))
		worker.sees(200, "That is noted.", "Aneela Hussain is away from 14 October 2026 to 1 November 2026. Maggie Doyle stands in for them.")
		worker.opens(reach + "/relationships")
		worker.follows("St Aidan’s Primary School")
		page := worker.path
		worker.sees(200, "Aneela Hussain is away from 14 October 2026 to 1 November 2026. Maggie Doyle stands in for them. Begin a handover")
		worker.follows("Begin a handover")
		if !strings.Contains(worker.page, `value="Aneela Hussain"`) || !strings.Contains(worker.page, `value="Maggie Doyle"`) || !regexp.MustCompile(`value="absence"[^>]* checked`).MatchString(worker.page) {
			t.Error("the handover does not begin with who is away, why, and who stands in")
		}
		worker.sends("/handover", day(url.Values{"why": {"absence"}, "side": {"ours"}, "who": {"Aneela Hussain"}, "to_whom": {"Maggie Doyle"}}, "by", "2026", "10", "20"))
		worker.sees(200, "The handover is open.")
		worker.opens(reach + "/changes")
		worker.doesNotSee("Aneela Hussain is away")
		worker.sees(200, "From Aneela Hussain to Maggie Doyle", "Somebody is away for a while", "0 of 4")
		worker.opens(page + "/pack")
		worker.sees(200, "Handover pack: St Aidan’s Primary School", "From Aneela Hussain to Maggie Doyle")

		worker.opens(reach + "/changes/new?why=election")
		if !regexp.MustCompile(`name="of"[^>]* checked`).MatchString(worker.page) {
			t.Error("of an election the councillors are not chosen before")
		}
		worker.sends("/new", day(url.Values{"why": {"election"}}, "from", "2026", "10", "1"))
		worker.sees(422, "Tick with whom it changes")
		worker.sends("/new", day(url.Values{"why": {"election"}, "of": {page[strings.LastIndex(page, "/")+1:]}}, "from", "2026", "10", "1"))
		worker.sees(200, "There was an election on 1 October 2026.")
		_, after, _ := strings.Cut(worker.page, "There was an election")
		change := regexp.MustCompile(reach + `/changes/[0-9a-f]+`).FindString(after)
		worker.opens(change)
		worker.sees(200, "Is nothing needed?", "There was an election on 1 October 2026.")
		worker.sends(change[strings.LastIndex(change, "/"):], nil)
		worker.sees(422, "Say in a few words why nothing is needed")
		worker.sends(change[strings.LastIndex(change, "/"):], url.Values{"words": {"The governors stay"}})
		worker.sees(200, "That is noted.")
		worker.doesNotSee("There was an election on 1 October 2026.")
		worker.opens(reach + "/changes.csv")
		worker.sees(200, "There is an election on 6 May 2027.", "From Aneela Hussain to Maggie Doyle")
		for _, who := range []string{"resident", "agency-officer"} {
			other := h.as(who)
			for _, path := range []string{"/changes", "/changes.csv", "/changes/new"} {
				other.opens(reach + path)
				other.sees(404)
			}
		}
		rep := h.as("rep")
		rep.opens(reach + "/changes")
		rep.sees(200, "Tom Pearce is away")
		rep.doesNotSee("Note a change", "Nothing is needed", "Begin a handover")
		rep.opens(reach + "/changes/new")
		rep.sees(403)
	})
}

// Each of theirs has a rhythm of their own; it is noted with whom we were in touch, and
// a walkabout is arranged when its day is known.
func TestAWordWithEach(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		worker := h.as("worker")
		worker.opens(reach + "/relationships")
		worker.follows("St Aidan’s Primary School")
		page := worker.path
		worker.sees(200, "Close: a word every month or so. In touch on 27 June 2026. Quiet for 11 weeks: a short word is enough", "Over the last year: once good news.", "with Claire Whitby")
		worker.follows("How often a word? Claire Whitby")
		worker.sends("/tier", url.Values{"tier": {""}})
		worker.sees(422, "Choose how often you want to be in touch with Claire Whitby")
		worker.sends("/tier", url.Values{"tier": {"occasional"}})
		worker.sees(200, "Now and then: twice a year or so. In touch on 27 June 2026")
		worker.doesNotSee("Quiet for 11 weeks: a short word")
		worker.opens(page + "/contact")
		who := regexp.MustCompile(`name="with"[^>]*value="([0-9a-f]+)"|value="([0-9a-f]+)"[^>]*name="with"`).FindStringSubmatch(worker.page)
		worker.sends("/contact", day(url.Values{"how": {"phoned"}, "news": {"not so good"}, "seen": {"us"}, "with": {who[1] + who[2]}}, "on", "2026", "10", "13"))
		worker.sees(200, "In touch on 13 October 2026", "Over the last year: once good news, once news that was not so good.")
		worker.opens(page + "/contact")
		worker.sends("/contact", day(url.Values{"how": {"phoned"}, "news": {"good"}, "seen": {"us"}, "with": {"somebody else"}}, "on", "2026", "10", "13"))
		worker.sees(404)

		worker.opens(page)
		worker.follows("Begin a handover")
		worker.sends("/handover", day(url.Values{"why": {"new"}, "side": {"theirs"}, "to_whom": {"Noor Aziz"}}, "by", "2026", "11", "20"))
		worker.sends(worker.path[strings.LastIndex(worker.path, "/"):], day(day(url.Values{"walk_who": {"Kofi Asante"}}, "on", "2026", "10", "14"), "walk_on", "2026", "11", "7"))
		worker.sees(200, "That is noted.", "A walkabout with residents Kofi Asante, 7 November 2026", "7 November 2026 (planned)")
	})
}

// Their offices are rearranged: a job that we know has another title, and one comes to an
// end. Each is said where it matters, and a handover begins with what is known of it.
func TestTheirOfficesAreRearranged(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		ctx, today := t.Context(), demo.DefaultDay()
		now := func() time.Time { return today.At(18, 0) }
		agencies := &agency.Agencies{DB: h.db, IDs: id.Real(now), Now: now, Organisations: &organisation.Organisations{DB: h.db, IDs: id.Real(now), Now: now}}
		if err := h.db.Write(ctx, func(tx *db.Tx) error {
			a, err := area.BySlug(ctx, tx, "tanners-reach")
			if err != nil {
				return err
			}
			workers, err := person.Wearers(ctx, tx, access.Worker, access.InArea, string(a.ID), today)
			if err != nil {
				return err
			}
			by, err := person.ActorIn(ctx, tx, workers[0].Person.ID, workers[0].Hat.ID, today)
			if err != nil {
				return err
			}
			posts, err := agency.PostsOn(ctx, tx, a.ID, "", today)
			if err != nil {
				return err
			}
			called := func(title string) agency.Post {
				return posts[slices.IndexFunc(posts, func(p agency.Post) bool { return strings.EqualFold(p.Title, title) })]
			}
			clerk := called("Town clerk")
			if err := agencies.ChangePostIn(ctx, tx, by, a, clerk.ID, agency.NewPost{Body: clerk.Body, Unit: clerk.Unit, Title: "Chief officer", Level: clerk.Level, From: today}); err != nil {
				return err
			}
			if err := agencies.EndPostIn(ctx, tx, by, a, called("Highways officer").ID, date.New(2026, 11, 30)); err != nil {
				return err
			}
			units, err := agency.UnitsOn(ctx, tx, a.ID, "", today)
			if err != nil {
				return err
			}
			kitchen := units[slices.IndexFunc(units, func(u agency.Unit) bool { return u.Name == "The kitchen" })]
			return agencies.EndUnitIn(ctx, tx, by, a, kitchen.ID, agency.EndUnit{On: today, Why: "closed"})
		}); err != nil {
			t.Fatal(err)
		}
		worker := h.as("worker")
		worker.opens(reach + "/changes")
		worker.sees(200, "The post in which we know Ian Cole comes to an end on 30 November 2026.", "A post in which we know somebody has another title or another team since 14 October 2026.", "Their organisation is rearranged")
		worker.doesNotSee("Ian Cole leaves the post")
		worker.sees(200, "Their team, The kitchen, is no more, since 14 October 2026.", "Say which team it is now")
		worker.opens(reach + "/changes.csv")
		worker.sees(200, "change,2026-10-14,Open Door food project,Their organisation is rearranged,\"Their team, The kitchen, is no more")
		worker.opens(reach + "/relationships")
		worker.follows("Borough council: highways")
		worker.sees(200, "The post in which we know Ian Cole comes to an end on 30 November 2026.")
		link := regexp.MustCompile(`href="([^"]*/handover\?[^"]*why=restructure[^"]*who=Ian[^"]*)"`).FindStringSubmatch(worker.page)
		if link == nil {
			t.Fatal("no handover begins with that it is rearranged")
		}
		worker.opens(strings.ReplaceAll(link[1], "&amp;", "&"))
		if !regexp.MustCompile(`value="restructure"[^>]* checked`).MatchString(worker.page) || !strings.Contains(worker.page, `value="Ian Cole"`) {
			t.Error("the handover does not begin with why, and with whom")
		}
	})
}
