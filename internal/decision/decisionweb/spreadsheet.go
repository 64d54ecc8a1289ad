package decisionweb

import (
	"context"
	"net/http"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/web"
)

// The lists of a decision as spreadsheets. Each is made of what its page is made of
// for the same reader, so that nobody finds here what the page keeps from them.

// votesCSV is how many gave which answer, when agreement was looked for and when
// it was voted on.
func (p pages) votesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.spreadsheet(w, r, by, "answers", []string{"asked", "answer", "how many"}, func(d decisionData) (rows [][]string) {
		add := func(asked string, counts []countOf) {
			for _, c := range counts {
				rows = append(rows, []string{asked, c.words, ordinal(int64(c.n))})
			}
		}
		if d.Attempt != nil {
			add("do we agree?", d.Attempt.counts)
		}
		if d.Result != nil {
			add("vote", d.Result.counts)
		}
		return rows
	})
}

// saidCSV is what people said, in their own words.
func (p pages) saidCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.spreadsheet(w, r, by, "what-people-said", []string{"where it stands", "who", "what they say", "in their words", "on the earlier wording", "how it came", "since then"}, func(d decisionData) (rows [][]string) {
		add := func(where string, all []saidView) {
			for _, s := range all {
				earlier := "no"
				if s.Earlier {
					earlier = "yes"
				}
				rows = append(rows, []string{where, s.Name, s.What, s.Words, earlier, s.Via, strings.Join(s.Answers, "; ")})
			}
		}
		if d.Result != nil {
			for _, side := range d.Result.Minority {
				add(strings.ToLower(side.Heading), side.Said)
			}
		}
		if d.Attempt != nil {
			add("do we agree?", d.Attempt.Said)
		}
		return rows
	})
}

// electorsCSV is who has a say, each vote once: to whoever reads papers.
func (p pages) electorsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.spreadsheet(w, r, by, "who-decides", []string{"who", "how they take part", "takes part", "what is in"}, func(d decisionData) (rows [][]string) {
		for _, s := range d.Seats.All {
			part := "yes"
			if s.Out {
				part = "no"
			}
			rows = append(rows, []string{s.Name, s.Detail, part, s.Words})
		}
		return rows
	})
}

// toldCSV is who must hear of it, by when, and when they did.
func (p pages) toldCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.spreadsheet(w, r, by, "who-must-hear", []string{"who", "by when", "told on", "how"}, func(d decisionData) (rows [][]string) {
		for _, t := range d.Told {
			rows = append(rows, []string{t.Name, t.due.String(), t.on.String(), t.how})
		}
		return rows
	})
}

func (p pages) spreadsheet(w http.ResponseWriter, r *http.Request, by access.Actor, name string, header []string, rowsOf func(decisionData) [][]string) error {
	var rows [][]string
	err := p.one(r, by, func(ctx context.Context, tx *db.Tx, a area.Area, of decision.Decision, s decision.Sight) error {
		d, err := p.dataOf(ctx, tx, r, by, a, of, s)
		name, rows = a.Slug+"-decision-"+ordinal(of.Number)+"-"+name, rowsOf(d)
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, header, rows)
}
