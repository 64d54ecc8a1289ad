package openweb

import (
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// A text is a page of plain words.
type text struct {
	title, lead string
	parts       []part
}

// A part is a heading and what stands below it: paragraphs, a list, links, or
// a table, in that order.
type part struct {
	heading    string
	paragraphs []string
	list       []string
	links      []web.Link
	table      *web.Table
}

// A texter writes a page of words for one installation.
type texter func(site *web.Site, i area.Installation) text

// words shows a page of words. An empty database has them too.
func (p pages) text(write texter) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		var i area.Installation
		err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
			if i, err = area.InstallationOf(r.Context(), tx); errors.Is(err, fault.NotFound) {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
		t := write(p.site, i)
		return p.site.Show(w, r, http.StatusOK, textPage(p.site.Shell(r, by, t.title), t))
	}
}

// funder is who answers for the installation, in words.
func funder(i area.Installation) string {
	if i.Name == "" {
		return "the funder"
	}
	return i.Name
}

// whoHelps says whom to ask.
func whoHelps(site *web.Site) string {
	if site.Help != "" {
		return site.Help
	}
	return "Ask the person who gave you this address: your partnership’s worker or chair, or the programme’s office."
}

func accessibility(site *web.Site, i area.Installation) text {
	return text{
		"Accessibility statement", "Everyone should be able to use this site: on a phone, by keyboard, with a screen reader, on paper.",
		[]part{
			{heading: "What you should be able to do", list: []string{
				"make the text twice as large, or look on the narrowest phone, without scrolling sideways",
				"use every page with a keyboard alone, or with speech",
				"use every page with a screen reader",
				"use every page with scripts switched off – but for passkeys, which browsers give to scripts alone; a link or a code by email works without",
				"read every chart and map as a table of the same figures",
				"print every page",
			}},
			{heading: "How far we are", paragraphs: []string{
				"The site is made to meet the Web Content Accessibility Guidelines 2.2 at level AA. Before each release a program checks every kind of page, empty, full and with mistakes in its forms, at the width of a phone and of a desk, with scripts and without, and the main tasks are done by keyboard alone. It finds no failures.",
				"A program finds a third to a half of what matters. No session with people who use screen readers or speech has been held yet, so we say “partly meets” until one has.",
			}},
			{heading: "If something stands in your way", paragraphs: []string{
				"It is our fault and not yours. " + whoHelps(site) + " Say which page it was and what you were trying to do. We answer within ten working days.",
				"You can ask for any page on paper, in large print, or read out on the telephone.",
			}},
			{heading: "If you are not happy with the answer", paragraphs: []string{
				funder(i) + " answers for this site. In Great Britain, the Equality Advisory and Support Service can advise you; in Northern Ireland, the Equality Commission.",
			}, links: []web.Link{{Text: "Equality Advisory and Support Service", Href: "https://www.equalityadvisoryservice.com/"}}},
		},
	}
}

func privacy(site *web.Site, i area.Installation) text {
	return text{
		"Privacy notice", "What is public here is about money and places. It is not about private people.",
		[]part{
			{heading: "Who answers for what is kept here", paragraphs: []string{
				funder(i) + " decides what is kept here and why: in law, it is the controller. The organisation that holds an area’s money answers for the papers that it adds.",
				whoHelps(site),
			}},
			{heading: "What anyone can see", paragraphs: []string{
				"Areas, plans, decisions and their results, payments to organisations, and what was spent. A payment to a person says “an individual”. Wages are shown together and never by name.",
			}},
			{heading: "What is kept about you", paragraphs: []string{
				"If you only look: nothing. There is no advertising and no tracking, and no other website is asked for anything.",
				"If you have a part in an area or the programme, this:",
			}, table: kept()},
			{heading: "Cookies", paragraphs: []string{
				"Only if you sign in: one remembers that this is the browser you asked from, one that you are signed in, and one carries the words “done” to the next page. All end by themselves within twelve hours.",
			}},
			{heading: "Why it may be kept", paragraphs: []string{
				"Public money and gifts must be accounted for: that is a duty in law, and a task in the public interest. For anything beyond that you are asked first, and may change your mind.",
			}},
			{heading: "Your rights", paragraphs: []string{
				"You may see what is kept about you, have it put right, have it removed where the law does not say that it must stay, and object. Ask in any words, to the people named at the head of this page. You have an answer within a month.",
				"If you want to complain, tell us: we say within 30 days that we have it. You may also complain to the Information Commissioner at any time.",
			}, links: []web.Link{{Text: "Complain to the Information Commissioner", Href: "https://ico.org.uk/make-a-complaint/"}}},
		},
	}
}

// kept is what an installation keeps about people, why and how long
// (trust.md §6.3).
func kept() *web.Table {
	t := web.Table{Caption: "What is kept about people, why, who sees it, and for how long", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Why"}, {Text: "Who sees it"}, {Text: "How long"}}}
	const records = "As long as the programme’s records"
	for _, row := range [][4]string{
		{"Your name and email address", "So that you can sign in, and others know who did what", "Your name: those who work with you here. Your address: you, and who gives hats", "While you have a part here; then until the funder removes it"},
		{"Your roles, with their days", "So that each act was by someone who could", "You, and those who see who does what in your area or programme", "With the accounts"},
		{"What you did, when, and in which role", "So that money and decisions can be followed", "Those who may read what happened in your area", records + ". Your name is kept apart from it, so that it can be removed"},
		{"That you are in a partnership: how, from when until when, and offices", "So that it is known who has a say", "The partnership, and those of the programme who may. Everybody: only how many, unless you say more", records},
		{"Whether your name may stand in public, and a line about you", "You are asked first", "What you agreed to: everybody. That you agreed, and when: the partnership", "The line and the name until you change your mind; that you were asked, with the records"},
		{"What you told of your interests, and what was done about them", "So that nobody decides on, or pays, what they gain by", "The partnership, its adviser, the programme and auditors. The public: a sentence without your name, unless your name may stand", records + "; what you end counts no more, and is still there to be checked"},
		{"What you said of a proposal, how you voted, and that you left the room", "So that a result can be counted again", "While a vote is open: nobody. Then those who read the partnership’s papers. The public: numbers, and your words only if you said so", records},
		{"That you came to a meeting, and what you will do next", "So that notes are true", "The partnership; what is agreed in notes, everybody, with names only of those who said so", records},
		{"Quiet words before a meeting", "So that those who would rather write are heard", "The partnership and those who help it; not those kept out of that item. Your name only if you gave it", records},
		{"How somebody behaved at a meeting", "To keep meetings safe", "The chair and the worker", records + ". Ask to see what is kept about you"},
		{"People who were asked to come along", "So that nobody is asked twice, or forgotten", "Those who read the partnership’s papers", "A name goes by itself three months after an answer, or a year without one, and at once when you ask"},
		{"People at agencies: name, post, how to reach them, and what was said and promised", "So that an area does not lose whom it knows", "The partnership, its adviser, the organisation that holds the money, and the programme’s officer. An officer of the agency sees what was shared with them", "Who they are goes when they ask, or an area forgets them. That somebody held the post stays"},
		{"Photos of projects, with who took them", "To show what was done", "Only those in it agreed to: the partnership or everybody", "Until those in it change their mind, or two years unless they say otherwise, five at most; then it is not shown. A removed photo is gone"},
		{"Links that were shared with somebody outside", "So that it is known who can see what", "Those who work in the area. Whoever has the link sees what was chosen for it", "Until their last day, or until they are taken back; how often each was opened, with the records"},
		{"Payments and their papers", "The law asks charities for it", "People who are paid: the organisation that holds the money, programme finance and auditors", "At least six years after the end of the financial year"},
		{"Passkeys: what your device gives us, with a name for it and when it was used. No fingerprint and no face", "To be sure that it is you", "You", "Until you remove it"},
		{"Tokens that you made for programs", "So that a program can act for you", "You. What it did is in the history, as yours", "A token works until you end it or its last day; that there was one stays"},
		{"The address of your calendar", "So that your calendar shows our meetings", "Whoever has the address: keep it to yourself", "Until you take it back or put the hat away"},
		{"Which reminders you want, and which were sent", "So that each is sent once", "You", "What you want, until you change it; what was sent, a year"},
		{"Where you are signed in", "To keep others out, and so that you can end it", "You", "Until you sign out, and twelve hours at most. That you signed in, and how, is in the records of what was done"},
		{"Tries to sign in, as a number that nobody can turn back into an address", "To slow down who guesses", "Nobody", "An hour"},
		{"Emails sent to you", "To see that they went", "You; the operator sees that one waits", "Their words go when they are sent; that one was sent, a month"},
	} {
		var cells []web.Cell
		for n, words := range row {
			cells = append(cells, web.Cell{Text: words, RowHeader: n == 0})
		}
		t.Rows = append(t.Rows, web.Row{Cells: cells})
	}
	return &t
}

func help(site *web.Site, i area.Installation) text {
	t := text{
		"Help", "How to find your way, sign in, and get a person when you need one.",
		[]part{
			{heading: "Just looking", paragraphs: []string{
				"You need no account. Find your area, open its money, and press any figure: it leads to the entries behind it, and from each of them to where the money came from and what it was spent on.",
			}, links: []web.Link{{Text: "Find your area", Href: "/areas"}, {Text: "Words we use", Href: "/words"}, {Text: "Open data", Href: "/data"}}},
			{heading: "Signing in with your email", list: []string{
				"Choose “Sign in” at the head of any page and type your email address.",
				"Open the email on the same phone or computer, in the same browser, and press the link. Or type the code that it has into the page you left open.",
				"It works once, for fifteen minutes. You can always ask for another.",
			}, links: []web.Link{{Text: "Sign in", Href: "/sign-in"}}},
			{heading: "If you have no email", paragraphs: []string{
				"Your worker or chair can print a code for you, and for a chair the programme’s officer can. It signs you in once. That they gave it is recorded, and everyone in the area who may see its records can see that they did.",
			}},
			{heading: "If the email does not come", list: []string{
				"Look in the folder for junk or spam.",
				"Check that the address is the one your partnership or organisation has for you. For safety the page says the same whether we know an address or not.",
				"Wait a minute before you ask again: too many requests make you wait.",
				"Still nothing? Ask the people below.",
			}},
			{heading: "Passkeys", paragraphs: []string{
				"People who approve or release money also need a passkey: your phone’s or computer’s own way to know you, such as a fingerprint, a face or a PIN. Nothing of it leaves your device. Lost it? Ask to have it restored: two other people must agree, and you wait a day, so that nobody can do it behind your back.",
			}},
			{heading: "More than one role", paragraphs: []string{
				"One person can have several: resident, chair, finance. We call each a hat. The head of each page says which is on, and what you do is recorded in that one. Press your name to change it.",
			}},
			{heading: "A mistake", paragraphs: []string{
				"Nothing is ever rubbed out, so nothing is lost. A payment or spending entered by mistake is reversed by another entry, with your reason. A form that is wrong comes back with everything you typed and says what to change.",
			}},
			{heading: "A person to ask", paragraphs: []string{whoHelps(site)}},
		},
	}
	if site.Demonstration {
		t.parts = append([]part{{heading: "This is a demonstration", paragraphs: []string{
			"Every place and person here is invented. Look around as anyone, and do anything: nothing here is real.",
		}, links: []web.Link{{Text: "Look around as someone else", Href: "/look-around"}}}}, t.parts...)
	}
	return t
}
