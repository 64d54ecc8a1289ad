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
				"Areas, plans, the references of decisions, payments to organisations, and what was spent. A payment to a person says “an individual”. Wages are shown together and never by name.",
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
	t := web.Table{Caption: "What is kept about people, and for how long", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Why"}, {Text: "How long"}}}
	for _, row := range [][3]string{
		{"Your name and email address", "So that you can sign in and others know who did what", "While you have a part here; then until the funder removes it"},
		{"Your roles, with their days", "So that each act was by someone who could", "With the accounts"},
		{"What you did, when, and in which role", "So that money can be followed", "As long as the programme’s records. Your name is kept apart from it, so that it can be removed"},
		{"Payments and their papers", "The law asks charities for it", "At least six years after the end of the financial year"},
		{"Where you are signed in", "To keep others out, and so that you can end it", "Until you sign out, and twelve hours at most. That you signed in, and how, is in the records of what was done"},
		{"Emails sent to you", "To see that they went", "Their words go when they are sent; that one was sent, a month"},
	} {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: row[0], RowHeader: true}, {Text: row[1]}, {Text: row[2]}}})
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
