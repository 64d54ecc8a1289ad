package app

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db/dbtest"
)

// What people see as a list they can take away: a page with a table leads whoever
// reads it to a spreadsheet that they may open, and no spreadsheet is without a page
// that leads to it. What is otherwise is named here, with why.
func TestEveryListHasItsSpreadsheet(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, dbtest.SQLite(t))
	readers := []access.Actor{
		{},
		m.here(access.Chair), m.here(access.Member), m.here(access.Worker), m.here(access.Rep), m.here(access.LTOFinance), m.here(access.AgencyOfficer),
		m.here(access.ProgrammeOfficer), m.here(access.ProgrammeFinance), m.here(access.Auditor), m.here(access.Operator),
	}
	led, without := map[string]bool{}, map[string]bool{}
	look := func(by access.Actor, pattern, path string) (more []string) {
		status, page := m.send(by, http.MethodGet, path, nil)
		if status != http.StatusOK {
			return nil
		}
		links := spreadsheet.FindAllStringSubmatch(page, -1)
		for _, link := range links {
			href := html.UnescapeString(link[1])
			if status, rows := m.send(by, http.MethodGet, href, nil); status != http.StatusOK || rows == "" || strings.HasPrefix(strings.TrimSpace(rows), "<") {
				t.Errorf("%s leads %s to %s, which answers %d: %.60q", path, column(by.Hat.Role), href, status, rows)
			}
			led[patternOf(href)] = true
		}
		if captions := caption.FindAllStringSubmatch(page, -1); len(captions) > 0 && len(links) == 0 {
			if _, known := notTakenAway[pattern]; !known && !without[pattern] {
				t.Errorf("%s shows %s %q and leads to no spreadsheet", path, column(by.Hat.Role), captions[0][1])
			}
			without[pattern] = true
		}
		for _, link := range another.FindAllStringSubmatch(page, -1) {
			more = append(more, html.UnescapeString(link[1]))
		}
		return more
	}
	for _, route := range RouteTable() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if method != http.MethodGet || isFile(pattern) {
			continue
		}
		for _, by := range readers {
			path := m.fill(pattern)
			for _, href := range look(by, pattern, path) {
				// The page for other readers (a tab), and, of lists of decisions, each decision: one that was
				// voted on has other lists than one that was agreed.
				if at, _, tab := strings.Cut(href, "?"); tab && at == path || strings.HasSuffix(pattern, "/decisions") && patternOf(href) == pattern+"/{decision}" {
					look(by, patternOf(href), href)
				}
			}
		}
	}
	for pattern, why := range notTakenAway {
		if !without[pattern] {
			t.Errorf("%s is known to have a list without a spreadsheet (%s), and has none", pattern, why)
		}
	}
	for _, route := range RouteTable() {
		_, pattern, _ := strings.Cut(route.Pattern, " ")
		if !strings.HasSuffix(pattern, ".csv") {
			continue
		}
		if _, known := ledToOtherwise[pattern]; led[pattern] == known {
			t.Errorf("a page leads to %s: %t, and it is known that none does here: %t", pattern, led[pattern], known)
		}
	}
}

// notTakenAway are the pages with a table and without a spreadsheet, and why.
var notTakenAway = map[string]string{
	"/api": reading, "/privacy": reading, "/words": reading,
	"/areas/{area}":                              "each part of it leads to the room that has the whole list",
	"/programmes/{programme}":                    "each part of it leads to the page that has the whole list",
	"/areas/{area}/agencies/find":                "what a search found; what is kept of it is in the area’s list",
	"/areas/{area}/meetings/{meeting}/pack":      "a paper to print: the page of the meeting has its lists",
	"/areas/{area}/money/allocations/new":        "a form, beside it what the page of the area’s share lists",
	"/areas/{area}/money/entries/{entry}":        "the two sides of one entry: lists of money have the entry",
	"/areas/{area}/money/priorities/{priority}":  "a part of the lists of the area’s money, to which it leads",
	"/areas/{area}/together/{reflection}":        "the list of what is done together has what is written in each",
	"/areas/{area}/who-holds-what/{holder}":      "a part of the list of who holds what",
	"/people/{person}":                           "the list of people has everybody’s hats",
	"/programmes/{programme}/organisation-types": "the words that a form offers",
}

const reading = "it is there to be read"

// ledToOtherwise are the spreadsheets to which no page leads that is asked for here.
var ledToOtherwise = map[string]string{
	"/areas/{area}/decisions/{decision}/electors.csv": "nothing is being decided here or was voted on; TestNobodySeesHowAVoteStands asks for it",
	"/me.csv":                                "a hat without a person is signed in nowhere",
	"/programmes/{programme}/agreements.csv": "nothing waits here to be endorsed or signed",
}

var (
	spreadsheet = regexp.MustCompile(`href="(/[^"]*\.csv(?:\?[^"]*)?)"`)
	another     = regexp.MustCompile(`href="(/[^"#]*)"`)
	caption     = regexp.MustCompile(`(?s)<caption[^>]*>\s*(.*?)\s*</caption>`)
)

func isFile(pattern string) bool {
	return strings.HasPrefix(pattern, "/api/") || slices.ContainsFunc([]string{".csv", ".json", ".ics", ".txt", ".svg"}, func(end string) bool { return strings.HasSuffix(pattern, end) })
}

// patternOf is the route of an address: the one with the fewest parts that vary.
func patternOf(href string) (best string) {
	path, _, _ := strings.Cut(href, "?")
	for _, route := range RouteTable() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if method != http.MethodGet {
			continue
		}
		if fits(strings.Split(pattern, "/"), strings.Split(path, "/")) && (best == "" || strings.Count(pattern, "{") < strings.Count(best, "{")) {
			best = pattern
		}
	}
	return best
}

func fits(pattern, path []string) bool {
	if len(pattern) != len(path) {
		return false
	}
	for i, part := range pattern {
		if part != path[i] && !strings.HasPrefix(part, "{") {
			return false
		}
	}
	return true
}
